#include "reporting/client/client.h"

#include <nlohmann/json.hpp>

#include "reporting/client/answer.h"
#include "reporting/client/deflate.h"
#include "reporting/client/https.h"
#include "reporting/client/url.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

using nlohmann::json;

Instant system_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

// A computer name that is no UTF-8 must not keep a PC from being enrolled.
std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

/// A member of the centre's answer. Without it the answer is none.
template <class Type>
Type member(const json& answer, const char* name) {
    try {
        return answer.at(name).get<Type>();
    } catch (const json::exception& error) {
        throw CentreUnreachable(std::string("The centre's answer has no usable '") + name + "': " + error.what());
    }
}

/// A centre that is older than an offer does not make it.
ReportOffers offers_of(const json& answer) {
    ReportOffers offers;
    if (const auto format = answer.find("report_format"); format != answer.end() && format->is_number_integer())
        offers.report_format = format->get<int>();
    const auto encoding = answer.find("report_encoding");
    offers.takes_deflate = encoding != answer.end() && *encoding == "deflate";
    return offers;
}

json json_of(const HardwareClaim& hardware) {
    return {{"system", hardware.system}, {"disk", hardware.disk}, {"machine", hardware.machine}};
}

json json_of(const Heartbeat& heartbeat) {
    json said{{"agent_version", heartbeat.agent_version},
              {"facts_hash", heartbeat.facts_hash},
              {"report_id", heartbeat.report_id},
              {"outbox_depth", heartbeat.outbox_depth}};
    if (heartbeat.hardware == HardwareClaim{}) return said;
    said["hardware"] = json_of(heartbeat.hardware);
    said["hardware"]["reports"] = heartbeat.reports;
    return said;
}

HeartbeatAnswer heartbeat_answer_of(const json& answer) {
    HeartbeatAnswer result{member<bool>(answer, "want_report"), offers_of(answer)};
    const auto token = answer.find("new_identity");
    if (token != answer.end() && token->is_string()) result.new_identity = token->get<std::string>();
    return result;
}

ReceivedCommand command_of(const json& said) {
    ReceivedCommand command{member<std::string>(said, "id"), member<std::string>(said, "device_id"),
                            member<std::string>(said, "kind")};
    if (command.kind != "update") return command;
    const json update = member<json>(said, "update");
    command.update = {member<std::string>(update, "version"), member<std::int64_t>(update, "size"),
                      member<std::string>(update, "sha256")};
    return command;
}

// Stored and used from now on: what does not fit together here would lock the PC out later, when nobody looks.
Identity read_identity(const json& answer, std::string_view private_key_pem, std::string_view device_id) {
    Identity identity{std::string(private_key_pem), member<std::string>(answer, "certificate"),
                      member<std::string>(answer, "authority")};
    try {
        const CertificateInfo info = inspect_certificate(identity.certificate_pem);
        if (info.common_name != device_id || info.public_key_sha256 != private_key_public_sha256(private_key_pem)) {
            throw CentreNotTrusted("The certificate that the centre issued is not for this PC and its key.");
        }
        if (!is_issued_by(identity.certificate_pem, identity.ca_pem)) {
            throw CentreNotTrusted("The certificate that the centre issued is not signed by the CA that it names.");
        }
    } catch (const PkiError& error) {
        throw CentreNotTrusted(std::string("The certificate that the centre issued cannot be used: ") + error.what());
    }
    return identity;
}

}  // namespace

Client::Client(std::string_view url, std::string user_agent, std::chrono::seconds deadline,
               std::optional<ProxyEndpoint> proxy, std::shared_ptr<HttpsConnection> kept)
    : user_agent_(std::move(user_agent)), deadline_(deadline), proxy_(std::move(proxy)), kept_(std::move(kept)) {
    CentreUrl parsed = parse_centre_url(url);
    host_ = std::move(parsed.host);
    port_ = std::move(parsed.port);
}

HttpRequest Client::post_request(std::string_view target, std::string body) const {
    HttpRequest request;
    request.method = "POST";
    request.target = target;
    request.headers = {{"Content-Type", "application/json"}, {"User-Agent", user_agent_}};
    request.body = std::move(body);
    return request;
}

TlsEndpoint Client::endpoint_as(const Identity& identity) const {
    return {.host = host_,
            .port = port_,
            .ca_sha256 = {},
            .ca_pem = identity.ca_pem,
            .certificate_pem = identity.certificate_pem,
            .private_key_pem = identity.private_key_pem,
            .proxy = proxy_};
}

HttpResponse Client::exchange(const Identity& identity, const HttpRequest& request, std::chrono::seconds wait) const {
    const auto deadline = std::chrono::steady_clock::now() + deadline_;
    const TlsEndpoint endpoint = endpoint_as(identity);
    return kept_ ? kept_->exchange(endpoint, request, deadline, wait)
                 : https_exchange(endpoint, request, deadline + wait);
}

nlohmann::json Client::post(const Identity& identity, std::string_view target, std::string body,
                            std::chrono::seconds wait) const {
    return read_answer(exchange(identity, post_request(target, std::move(body)), wait), system_now());
}

std::string Client::update_piece(const Identity& identity, const std::string& version, std::int64_t position) const {
    HttpRequest request;
    request.method = "GET";
    request.target = "/v1/updates/" + version + "/" + std::to_string(position);
    request.headers = {{"User-Agent", user_agent_}};
    HttpResponse response = exchange(identity, request);
    if (response.status != 200) read_answer(response, system_now());
    return std::move(response.body);
}

Identity Client::enrol(const EnrolRequest& request, std::string_view ca_sha256) const {
    const TlsEndpoint endpoint{.host = host_,
                               .port = port_,
                               .ca_sha256 = parse_fingerprint(ca_sha256),
                               .ca_pem = {},
                               .certificate_pem = {},
                               .private_key_pem = {},
                               .proxy = proxy_};
    json body{{"token", request.token},
              {"device_id", request.device_id},
              {"signing_request", make_signing_request(request.private_key_pem, request.device_id)},
              {"host_name", request.host_name},
              {"agent_version", request.agent_version}};
    if (request.hardware != HardwareClaim{}) body["hardware"] = json_of(request.hardware);
    const HttpResponse response =
        https_exchange(endpoint, post_request("/v1/enroll", dump(body)), std::chrono::steady_clock::now() + deadline_);
    const json answer = read_answer(response, system_now());
    Identity identity = read_identity(answer, request.private_key_pem, request.device_id);
    if (inspect_certificate(identity.ca_pem).sha256 != endpoint.ca_sha256) {
        throw CentreNotTrusted("The CA that the centre names is not the one with the fingerprint given.");
    }
    return identity;
}

ReportAnswer Client::send_report(const Identity& identity, std::string_view report_json, bool deflate) const {
    HttpRequest request = post_request("/v1/reports", deflate ? deflated(report_json) : std::string(report_json));
    if (deflate) request.headers["Content-Encoding"] = "deflate";
    const json answer = read_answer(exchange(identity, request), system_now());
    return {member<bool>(answer, "stored"), offers_of(answer)};
}

HeartbeatAnswer Client::send_heartbeat(const Identity& identity, const Heartbeat& heartbeat) const {
    return heartbeat_answer_of(post(identity, "/v1/heartbeat", dump(json_of(heartbeat))));
}

// A certificate that has ended opens no connection: without one, the key that signs the request says who this is, and
// must be the old one. A centre from before new keys refuses one.
Identity Client::renew(const Identity& identity) const {
    const CertificateInfo info = inspect_certificate(identity.certificate_pem);
    const std::string& device_id = info.common_name;
    const bool in_force = system_now() < info.not_after;
    const Identity nobody{{}, {}, identity.ca_pem};
    const auto renewed_with = [&](const std::string& key) {
        const json body{{"device_id", device_id}, {"signing_request", make_signing_request(key, device_id)}};
        return read_identity(post(in_force ? identity : nobody, "/v1/renew", dump(body)), key, device_id);
    };
    if (!in_force) return renewed_with(identity.private_key_pem);
    try {
        return renewed_with(make_private_key());
    } catch (const CentreRefused& refused) {
        if (refused.status != 403) throw;
        return renewed_with(identity.private_key_pem);
    }
}

PollAnswer Client::poll(const Identity& identity, const Poll& poll) const {
    json body{{"wait_seconds", poll.wait.count()}, {"has", poll.has}};
    if (poll.heartbeat) body["heartbeat"] = json_of(*poll.heartbeat);
    const json answer = post(identity, "/v1/commands", dump(body), poll.wait);
    PollAnswer result;
    for (const json& command : member<json>(answer, "commands")) result.commands.push_back(command_of(command));
    if (poll.heartbeat) result.heartbeat = heartbeat_answer_of(answer);
    if (const auto longest = answer.find("longest_wait_seconds");
        longest != answer.end() && longest->is_number_unsigned())
        result.longest_wait = std::chrono::seconds{longest->get<std::int64_t>()};
    return result;
}

void Client::report_command(const Identity& identity, const std::string& command_id,
                            const CommandReport& report) const {
    json body;
    switch (report.state) {
        case CommandReport::State::running:
            body = {{"state", "running"},
                    {"collector", report.collector},
                    {"position", report.position},
                    {"count", report.count}};
            break;
        case CommandReport::State::done:
            body = {{"state", "done"}};
            if (!report.report_id.empty()) body["report_id"] = report.report_id;
            break;
        case CommandReport::State::failed:
            body = {{"state", "failed"}, {"problem", report.problem}};
            break;
    }
    post(identity, "/v1/commands/" + command_id, dump(body));
}

}  // namespace wardwatch
