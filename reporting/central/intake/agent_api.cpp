// The agents' routes, and who may use them: by certificate, or by token to enrol.
#include "reporting/central/intake/agent_api.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"

#include <algorithm>

#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

/// RFC 4122 text in lower case, as agents write it: it becomes a certificate's name.
bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (dash ? text[i] != '-' : !hex) return false;
    }
    return true;
}

[[noreturn]] void refuse(EnrolmentOutcome outcome) {
    switch (outcome) {
        case EnrolmentOutcome::token_expired:
            throw ApiError(403, "token_expired", "The enrolment token has expired; ask the centre for a new one.");
        case EnrolmentOutcome::token_used_up:
            throw ApiError(403, "token_used_up",
                           "The enrolment token has been used as often as it may be; ask the centre for a new one.");
        case EnrolmentOutcome::token_revoked:
            throw ApiError(403, "token_revoked", "The enrolment token was revoked; ask the centre for a new one.");
        case EnrolmentOutcome::device_known:
            throw ApiError(
                409, "device_known",
                "A PC with this device id is enrolled with another key; if this PC was reinstalled or cloned, "
                "delete the agent's data folder so that it takes a new device id, and enrol again.");
        case EnrolmentOutcome::device_revoked:
            throw ApiError(403, "device_revoked", "The centre has revoked this PC; ask the centre.");
        case EnrolmentOutcome::accepted:
        case EnrolmentOutcome::token_invalid:
            break;
    }
    throw ApiError(403, "token_invalid", "The centre does not know this enrolment token; check that it is complete.");
}

/// The key of a signing request, whose text comes from anyone who reaches the port.
std::string key_of(const std::string& signing_request) {
    try {
        return request_public_key_sha256(signing_request);
    } catch (const PkiError& error) {
        throw ApiError(400, "bad_signing_request", std::string{"The signing request cannot be read: "} + error.what());
    }
}

constexpr std::size_t pem_limit = 8192;

}  // namespace

AgentApi::AgentApi(sql::Database& database, const CurrentPolicy& policy, AgentApiOptions options)
    : database_(database), policy_(policy), options_(std::move(options)) {
    routes_ = {
        {"POST", "/v1/enroll", [this](const Call& call) { return enrol(call); }},
        {"POST", "/v1/reports", [this](const Call& call) { return add_report(call); }},
        {"POST", "/v1/heartbeat", [this](const Call& call) { return heartbeat(call); }},
        {"POST", "/v1/renew", [this](const Call& call) { return renew(call); }},
        {"POST", "/v1/commands", [this](const Call& call) { return commands(call); }},
        {"POST", "/v1/commands/{}", [this](const Call& call) { return command_news(call); }},
        {"GET", "/v1/updates/{}/{}", [this](const Call& call) { return update_piece(call); }},
        {"GET", "/healthz",
         [](const Call&) {
             return json_response(200, {{"ok", true}});
         }},
    };
}

HttpResponse AgentApi::handle(const HttpRequest& request) const {
    return dispatch(routes_, request, options_.clock(), options_.log);
}

Device AgentApi::authenticated(const Call& call) const {
    const std::string& pem = call.request.client_certificate_pem;
    if (pem.empty()) {
        throw ApiError(401, "certificate_required", "This PC showed no certificate; enrol it with a token first.");
    }
    const CertificateInfo certificate = inspect_certificate(pem);
    const std::optional<Device> device = Devices{database_}.find(certificate.common_name);
    // The listener has verified the chain. A certificate that the database does not know is one of a restored backup's
    // future, or of somebody else who got hold of the CA's key.
    if (!device || !Enrolments{database_}.knows_certificate(certificate.common_name, certificate.sha256)) {
        throw ApiError(403, "certificate_unknown", "The centre did not issue this certificate; enrol this PC again.");
    }
    if (device->revoked_at) refuse(EnrolmentOutcome::device_revoked);
    return *device;
}

HttpResponse AgentApi::enrol(const Call& call) const {
    const nlohmann::json body = body_object(call.request);
    const std::string signing_request = text_member(body, "signing_request", 1, pem_limit, true);
    EnrolmentClaim claim;
    claim.token_sha256 = sha256_hex(text_member(body, "token", 1, 200));
    claim.device_id = text_member(body, "device_id", 36, 36);
    claim.host_name = text_member(body, "host_name", 1, 255);
    claim.agent_version = text_member(body, "agent_version", 1, 64);
    if (!is_uuid(claim.device_id)) throw ApiError(400, "bad_request", "device_id must be a UUID in lower case.");
    claim.public_key_sha256 = key_of(signing_request);

    // Signed before the token is used: a request that cannot be signed costs the token nothing, and a centre that is
    // killed in between has told nobody about the certificate.
    const std::string certificate = sign(signing_request, claim.device_id, call.now);
    const EnrolmentOutcome outcome = Enrolments{database_}.enrol(claim, call.now);
    if (outcome != EnrolmentOutcome::accepted) refuse(outcome);
    options_.log("enrolled device=" + claim.device_id + " from=" + call.request.remote_address);
    return hand_out(certificate, claim.device_id, call.now);
}

HttpResponse AgentApi::renew(const Call& call) const {
    const Device device = authenticated(call);
    const std::string signing_request = text_member(body_object(call.request), "signing_request", 1, pem_limit, true);
    if (key_of(signing_request) != device.public_key_sha256) {
        throw ApiError(403, "wrong_key", "The signing request is of another key than the enrolled one; enrol again.");
    }
    const std::string certificate = sign(signing_request, device.device_id, call.now);
    Devices{database_}.touch(device.device_id, {}, call.now);
    return hand_out(certificate, device.device_id, call.now);
}

void AgentApi::replace_authority(KeyAndCertificate authority) {
    const std::lock_guard lock{authority_mutex_};
    options_.authority = std::move(authority);
}

KeyAndCertificate AgentApi::authority() const {
    const std::lock_guard lock{authority_mutex_};
    return options_.authority;
}

std::string AgentApi::sign(const std::string& signing_request, const std::string& device_id, Instant now) const {
    try {
        return sign_client_request(authority(), signing_request, device_id, now, options_.certificate_validity);
    } catch (const PkiError& error) {
        throw ApiError(400, "bad_signing_request", std::string{"The signing request is refused: "} + error.what());
    }
}

HttpResponse AgentApi::hand_out(const std::string& certificate, const std::string& device_id, Instant now) const {
    const CertificateInfo info = inspect_certificate(certificate);
    Enrolments{database_}.add_certificate(device_id, {info.sha256, info.serial, info.not_after}, now);
    return json_response(
        200, {{"certificate", certificate}, {"authority", authority().certificate_pem}, {"device_id", device_id}});
}

HttpResponse AgentApi::add_report(const Call& call) const {
    const Device device = authenticated(call);
    const std::string& body = call.request.body;
    if (body.size() > options_.report_limit) {
        throw ApiError(413, "too_large",
                       "A report may have at most " + std::to_string(options_.report_limit) + " bytes.");
    }
    const Report report = [&] {
        try {
            return report_from_json(body);
        } catch (const WireError& error) {
            throw ApiError(400, "bad_report", error.what());
        }
    }();
    if (report.device_id != device.device_id) {
        throw ApiError(403, "wrong_device", "The report is of another PC than the certificate.");
    }
    NewReport stored;
    stored.device_id = report.device_id;
    stored.report_id = report.report_id;
    stored.agent_version = report.agent_version;
    stored.trigger = report.trigger;
    stored.taken_at = report.taken_at;
    stored.received_at = call.now;
    stored.facts_hash = facts_hash(report.facts);
    stored.content_hash = sha256_hex(to_json(report).dump());
    stored.body = body;
    switch (Reports{database_}.add(stored, judge_report(policy_.get(), report, call.now))) {
        case ReportOutcome::stored:
            return json_response(201, {{"stored", true}});
        case ReportOutcome::known:
            return json_response(200, {{"stored", false}});
        case ReportOutcome::differs:
            break;
    }
    throw ApiError(409, "report_differs", "The centre holds another report with this report_id; drop this one.");
}

HttpResponse AgentApi::heartbeat(const Call& call) const {
    const Device device = authenticated(call);
    const nlohmann::json body = body_object(call.request);
    Contact contact;
    contact.agent_version = text_member(body, "agent_version", 1, 64);
    contact.facts_hash = text_member(body, "facts_hash", 0, 64);
    const std::string report_id = text_member(body, "report_id", 0, 36);
    const auto depth = body.find("outbox_depth");
    if (depth == body.end() || !depth->is_number_unsigned() || depth->get<std::uint64_t>() > 1'000'000) {
        throw ApiError(400, "bad_request", "The member \"outbox_depth\" must be a number from 0 to 1000000.");
    }
    contact.outbox_depth = depth->get<std::int64_t>();
    Devices{database_}.touch(device.device_id, contact, call.now);
    const bool want = !report_id.empty() && !Reports{database_}.knows_facts(device.device_id, contact.facts_hash);
    return json_response(200, {{"want_report", want}});
}

}  // namespace wardwatch
