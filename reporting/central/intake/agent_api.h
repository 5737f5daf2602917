// The agents' API as a whole: enrolment, commands and updates have routes of their own, reports and heartbeats stand
// here. docs/wire_format.md describes it.
#pragma once

#include <chrono>
#include <string_view>
#include <variant>
#include <vector>

#include "reporting/central/api/request_limit.h"
#include "reporting/central/api/routes.h"
#include "reporting/central/commands/agent_routes.h"
#include "reporting/central/devices/quota.h"
#include "reporting/central/enrolment/agent_enrolment.h"
#include "reporting/central/http/listener.h"
#include "reporting/central/intake/arrival_queue.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/central/sql/database.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

/// Whether a client may ask for this without a certificate: enrolment, renewal by key, and whether the centre lives.
bool open_to_strangers(std::string_view target);

struct AgentApiOptions {
    Authority authority;
    std::chrono::days certificate_validity{365};
    std::size_t report_limit = 1u << 20;  ///< bytes
    Clock clock;
    Log log;
    CommandWaits* waits = nullptr;  ///< outlives the API and its answers; without it no poll waits
    ArrivalQueue* queue = nullptr;  ///< likewise; without it each report and contact is stored at once, alone
    QuotaRules device_quota = {};
    std::function<bool()> has_room = {};  ///< on the disk; without it always
    std::string hardware_key = {};  ///< by which PCs' hardware is kept (devices/hardware.h); without it, it is not
    /// How often clients of one network that show no certificate may be refused; an honest office, whose token has
    /// ended, is a burst. What they are granted is not counted.
    RequestRate refusal_rate = {1, 100};
    /// Told of PCs that are refused: a token, a certificate. Throws nothing.
    std::function<void(std::string_view path, const Call&, const ApiError&)> denied = {};
};

/// May be called from several threads at once.
class AgentApi {
public:
    /// The store and the policy outlive it.
    AgentApi(sql::Database& database, const CurrentPolicy& policy, AgentApiOptions options);
    AgentApi(const AgentApi&) = delete;
    AgentApi& operator=(const AgentApi&) = delete;

    /// From now on it signs, and hands this certificate out. While requests run, too.
    void replace_authority(Authority authority) { enrolment_.replace_authority(std::move(authority)); }

    /// Answers at once, a poll for commands too. Who shows no certificate is let no further than open_to_strangers()
    /// says, and for a while not at all after many refusals.
    HttpResponse handle(const HttpRequest& request) const;
    /// As handle(), but a poll for commands waits for one, and a report for its turn in the queue. The request is
    /// copied for that.
    std::variant<HttpResponse, LaterAnswer> handle_waiting(const HttpRequest& request) const;
    /// Only who may send reports may send more than other calls need: the refusal for others, by the head alone.
    std::optional<HttpResponse> refuse_large_body(const HttpRequest& head) const;
    const std::vector<Route>& routes() const { return routes_; }

private:
    HttpResponse answer_stranger(const HttpRequest& request) const;
    Arrival read_report(const Call& call) const;
    HttpResponse add_report(const Call& call) const;
    std::variant<HttpResponse, LaterAnswer> queue_report(const HttpRequest& request) const;
    HttpResponse answer(const HttpRequest& request, const std::function<HttpResponse(const Call&)>& handle) const;
    HttpResponse dispatched(std::span<const Route> routes, const HttpRequest& request) const;
    HttpResponse heartbeat(const Call& call) const;
    struct Taken {
        bool want_report = false;
        std::string new_identity;  ///< a token by which a clone becomes a PC of its own; empty: it stays what it is
    };
    Taken take_heartbeat(const Call& call, const Caller& device, const nlohmann::json& heartbeat) const;
    std::string new_identity(const Call& call, const Caller& device, const HardwareSaid& said) const;
    void note_delivery(const CommandDelivery& delivery) const;

    sql::Database& database_;
    const CurrentPolicy& policy_;
    AgentApiOptions options_;
    AgentEnrolment enrolment_;
    AgentCommands commands_;
    mutable DeviceQuota quota_;
    mutable RequestLimit refusals_;
    mutable std::mutex identities_mutex_;
    mutable std::map<std::string, Instant> identities_offered_;  ///< when last, by device id
    std::vector<Route> routes_;
};

}  // namespace wardwatch
