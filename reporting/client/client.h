// The agent's side of the agent API (docs/wire_format.md): enrolment, reports, heartbeats, renewal, commands over
// mutual TLS 1.3. Blocking calls with deadlines; a client may be used by several threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/client/url.h"

namespace wardwatch {

class HttpsConnection;
struct HttpRequest;
struct HttpResponse;
struct TlsEndpoint;

/// What makes this PC known to the centre. PEM texts.
struct Identity {
    std::string private_key_pem;
    std::string certificate_pem;
    std::string ca_pem;
};

/// No answer: name not found, refused, timed out, connection lost, a proxy that opens no tunnel. Worth trying again
/// later.
class CentreUnreachable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// TLS said no: another CA, wrong name, our certificate refused or expired. what() says which and what to do; a PC
/// clock far off is named as a possible cause where a date is the reason.
class CentreNotTrusted : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The centre answered with an error.
class CentreRefused : public std::runtime_error {
public:
    CentreRefused(unsigned http_status, const std::string& message, std::optional<std::chrono::seconds> wait)
        : std::runtime_error(message), status(http_status), retry_after(wait) {}
    unsigned status;                                  ///< 4xx: the request is at fault; 429, 503: later
    std::optional<std::chrono::seconds> retry_after;  ///< the centre's Retry-After
};

/// What tells this PC's hardware from another's, as hashes: 64 lower-case hex digits each, or empty.
struct HardwareClaim {
    std::string system;
    std::string disk;
    std::string machine;
    bool operator==(const HardwareClaim&) const = default;
};

struct EnrolRequest {
    std::string token;
    std::string device_id;
    std::string private_key_pem;  ///< stays here; a signing request made from it is sent
    std::string host_name;
    std::string agent_version;
    HardwareClaim hardware = {};
};

struct Heartbeat {
    std::string agent_version;
    std::string facts_hash;  ///< of the newest report; empty when there is none
    std::string report_id;   ///< of the newest report; empty when there is none
    std::int64_t outbox_depth = 0;
    HardwareClaim hardware = {};
    std::int64_t reports = 0;  ///< that were ever stored here
};

/// How the centre takes reports, as its newest answer said.
struct ReportOffers {
    int report_format = 1;       ///< the newest one
    bool takes_deflate = false;  ///< compressed ones, too
    bool operator==(const ReportOffers&) const = default;
};

struct ReportAnswer {
    bool stored = false;  ///< false: the centre had it already
    ReportOffers offers = {};
};

struct HeartbeatAnswer {
    bool want_report = false;  ///< the centre does not know the newest report
    ReportOffers offers = {};
    std::string new_identity = {};  ///< this PC is a copy of another: a token for an id of its own; else empty
};

/// A package that the centre has for this PC.
struct OfferedUpdate {
    std::string version;
    std::int64_t size = 0;  ///< bytes
    std::string sha256;     ///< of the whole, 64 lower-case hex digits
};

/// A command that the centre has handed to this PC.
struct ReceivedCommand {
    std::string id;         ///< UUID; the same id is the same command, however often it comes
    std::string device_id;  ///< whom it is for
    std::string kind;       ///< "scan" or "update"; others may come from a newer centre
    std::optional<OfferedUpdate> update = std::nullopt;
};

/// What this PC says about a command.
struct CommandReport {
    enum class State { running, done, failed };
    State state = State::running;
    std::string collector;  ///< running: the one at work, from 0 `position` of `count`
    std::size_t position = 0;
    std::size_t count = 0;
    std::string report_id;  ///< done, of a scan
    std::string problem;    ///< failed: one sentence
    bool operator==(const CommandReport&) const = default;
};

/// A poll for commands.
struct Poll {
    std::chrono::seconds wait{0};
    std::vector<std::string> has;        ///< ids of commands that this PC is at, which are not handed out again
    std::optional<Heartbeat> heartbeat;  ///< only where the centre has offered to take it
};

struct PollAnswer {
    std::vector<ReceivedCommand> commands;
    std::optional<HeartbeatAnswer> heartbeat;          ///< of the one that the poll carried
    std::optional<std::chrono::seconds> longest_wait;  ///< offered: so long a poll may wait, and carry a heartbeat
};

/// A poll may wait so long at a centre that has offered nothing.
inline constexpr std::chrono::seconds longest_old_wait{55};

class Client {
public:
    static constexpr std::chrono::seconds default_deadline{30};

    /// `url` is "https://host:port". `user_agent` names the agent and its version. Throws std::invalid_argument for
    /// any other URL. Each call takes `deadline` at most, name resolution and connecting included. Directly to the
    /// centre, unless there is a `proxy`: whoever calls knows the system's. Calls with an identity go over `kept`, one
    /// after the other, whichever client makes them; without it each has a connection of its own.
    Client(std::string_view url, std::string user_agent, std::chrono::seconds deadline = default_deadline,
           std::optional<ProxyEndpoint> proxy = std::nullopt, std::shared_ptr<HttpsConnection> kept = nullptr);

    /// Trusts the server only when its chain ends in a CA whose certificate has this SHA-256 (hex, colons allowed).
    /// Throws std::invalid_argument for a text that is no fingerprint, PkiError for a key that is none.
    /// Idempotent: the same device, key and token again give a certificate again, without another use of the token.
    Identity enrol(const EnrolRequest& request, std::string_view ca_sha256) const;

    /// `report_json` is sent as it is, or compressed where the centre offers to take it so.
    ReportAnswer send_report(const Identity& identity, std::string_view report_json, bool deflate = false) const;

    HeartbeatAnswer send_heartbeat(const Identity& identity, const Heartbeat& heartbeat) const;

    /// A new certificate for the same key and device, also when the old one has ended.
    Identity renew(const Identity& identity) const;

    /// Blocks until a command is there, the poll's wait or the deadline that comes on top is over, or another call is
    /// made over the same kept connection.
    PollAnswer poll(const Identity& identity, const Poll& poll) const;
    void report_command(const Identity& identity, const std::string& command_id, const CommandReport& report) const;

    /// The piece at this position, from 0, of the update's package: 256 KiB, the last one less.
    std::string update_piece(const Identity& identity, const std::string& version, std::int64_t position) const;

private:
    TlsEndpoint endpoint_as(const Identity& identity) const;
    HttpRequest post_request(std::string_view target, std::string body) const;
    HttpResponse exchange(const Identity& identity, const HttpRequest& request,
                          std::chrono::seconds wait = std::chrono::seconds{0}) const;
    nlohmann::json post(const Identity& identity, std::string_view target, std::string body,
                        std::chrono::seconds wait = std::chrono::seconds{0}) const;

    std::string host_;
    std::string port_;
    std::string user_agent_;
    std::chrono::seconds deadline_;
    std::optional<ProxyEndpoint> proxy_;
    std::shared_ptr<HttpsConnection> kept_;
};

}  // namespace wardwatch
