#include "reporting/client/client.h"

#include <nlohmann/json.hpp>

#include "reporting/client/answer.h"
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

/// Centres before format 2 offer none.
int offered_format(const json& answer) {
    const auto offer = answer.find("report_format");
    return offer != answer.end() && offer->is_number_integer() ? offer->get<int>() : 1;
}

ReportAnswer read_report_answer(const json& answer) { return {member<bool>(answer, "stored"), offered_format(answer)}; }

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
               std::optional<ProxyEndpoint> proxy)
    : user_agent_(std::move(user_agent)), deadline_(deadline), proxy_(std::move(proxy)) {
    CentreUrl parsed = parse_centre_url(url);
    host_ = std::move(parsed.host);
    port_ = std::move(parsed.port);
}

HttpRequest Client::post_request(std::string_view target, std::string body) const {
    HttpRequest request;
    request.method = "POST";
    request.target = target;
    request.headers = {
        {"Content-Type", "application/json"}, {"Accept", "application/json"}, {"User-Agent", user_agent_}};
    request.body = std::move(body);
    return request;
}

nlohmann::json Client::post(const TlsEndpoint& endpoint, std::string_view target, std::string body) const {
    return read_answer(
        https_exchange(endpoint, post_request(target, std::move(body)), std::chrono::steady_clock::now() + deadline_),
        system_now());
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

nlohmann::json Client::post(const Identity& identity, std::string_view target, std::string body) const {
    return post(endpoint_as(identity), target, std::move(body));
}

std::string Client::update_piece(const Identity& identity, const std::string& version, std::int64_t position) const {
    HttpRequest request;
    request.method = "GET";
    request.target = "/v1/updates/" + version + "/" + std::to_string(position);
    request.headers = {{"Accept", "application/octet-stream"}, {"User-Agent", user_agent_}};
    HttpResponse response =
        https_exchange(endpoint_as(identity), request, std::chrono::steady_clock::now() + deadline_);
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
    const json body{{"token", request.token},
                    {"device_id", request.device_id},
                    {"signing_request", make_signing_request(request.private_key_pem, request.device_id)},
                    {"host_name", request.host_name},
                    {"agent_version", request.agent_version}};
    const json answer = post(endpoint, "/v1/enroll", dump(body));
    Identity identity = read_identity(answer, request.private_key_pem, request.device_id);
    if (inspect_certificate(identity.ca_pem).sha256 != endpoint.ca_sha256) {
        throw CentreNotTrusted("The CA that the centre names is not the one with the fingerprint given.");
    }
    return identity;
}

ReportAnswer Client::send_report(const Identity& identity, std::string_view report_json) const {
    return read_report_answer(post(identity, "/v1/reports", std::string(report_json)));
}

ReportAnswer Client::send_report(HttpsConnection& connection, const Identity& identity,
                                 std::string_view report_json) const {
    const HttpResponse response =
        connection.exchange(endpoint_as(identity), post_request("/v1/reports", std::string(report_json)),
                            std::chrono::steady_clock::now() + deadline_);
    return read_report_answer(read_answer(response, system_now()));
}

HeartbeatAnswer Client::send_heartbeat(const Identity& identity, const Heartbeat& heartbeat) const {
    const json body{{"agent_version", heartbeat.agent_version},
                    {"facts_hash", heartbeat.facts_hash},
                    {"report_id", heartbeat.report_id},
                    {"outbox_depth", heartbeat.outbox_depth}};
    const json answer = post(identity, "/v1/heartbeat", dump(body));
    return {member<bool>(answer, "want_report"), offered_format(answer)};
}

Identity Client::renew(const Identity& identity) const {
    const std::string device_id = inspect_certificate(identity.certificate_pem).common_name;
    const json body{{"signing_request", make_signing_request(identity.private_key_pem, device_id)}};
    return read_identity(post(identity, "/v1/renew", dump(body)), identity.private_key_pem, device_id);
}

std::vector<ReceivedCommand> Client::wait_for_commands(HttpsConnection& connection, const Identity& identity,
                                                       std::chrono::seconds wait,
                                                       const std::vector<std::string>& has) const {
    const json body{{"wait_seconds", wait.count()}, {"has", has}};
    const json answer = read_answer(connection.exchange(endpoint_as(identity), post_request("/v1/commands", dump(body)),
                                                        std::chrono::steady_clock::now() + deadline_ + wait),
                                    system_now());
    std::vector<ReceivedCommand> commands;
    for (const json& command : member<json>(answer, "commands")) {
        commands.push_back({member<std::string>(command, "id"), member<std::string>(command, "device_id"),
                            member<std::string>(command, "kind")});
        if (commands.back().kind != "update") continue;
        const json update = member<json>(command, "update");
        commands.back().update = {member<std::string>(update, "version"), member<std::int64_t>(update, "size"),
                                  member<std::string>(update, "sha256")};
    }
    return commands;
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
