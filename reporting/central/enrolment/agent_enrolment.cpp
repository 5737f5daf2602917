// Enrolment by token, renewal by key, and the look at a certificate.
#include "reporting/central/enrolment/agent_enrolment.h"

#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"

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

std::vector<Route> AgentEnrolment::routes() const {
    return {
        {"POST", "/v1/enroll", [this](const Call& call) { return enrol(call); }, Right::none, "", Body::object},
        {"POST", "/v1/renew", [this](const Call& call) { return renew(call); }, Right::none, "", Body::object},
    };
}

ApiError certificate_required() {
    return {401, "certificate_required", "This PC showed no certificate; enrol it with a token first."};
}

Caller AgentEnrolment::caller(const Call& call) const {
    const std::shared_ptr<const CertificateInfo>& certificate = call.request.client_certificate;
    if (!certificate) {
        throw certificate_required();
    }
    if (call.now >= certificate->not_after) {
        throw ApiError(401, "certificate_ended", "This PC's certificate has ended; enrol it again with a token.");
    }
    // Before the look: a revocation in between has the next request looked at again.
    const std::uint64_t revocations = revocations_.count();
    const std::shared_ptr<std::uint64_t>& admitted = call.request.admitted;
    if (!admitted || *admitted != revocations) {
        look_up(*certificate);
        if (admitted) *admitted = revocations;
    }
    return {certificate->common_name};
}

// The listener has verified the chain and the dates, once for the connection; all but the chain may change while it
// stands. A certificate that
// the database does not know is one of a restored backup's future, or of somebody else who got hold of the CA's key.
void AgentEnrolment::look_up(const CertificateInfo& certificate) const {
    const std::optional<Device> device = Devices{database_}.find(certificate.common_name);
    if (!device || !Enrolments{database_}.knows_certificate(certificate.common_name, certificate.sha256)) {
        throw ApiError(403, "certificate_unknown", "The centre did not issue this certificate; enrol this PC again.");
    }
    if (device->revoked_at) refuse(EnrolmentOutcome::device_revoked);
}

HttpResponse AgentEnrolment::enrol(const Call& call) const {
    const nlohmann::json body = body_object(call);
    const std::string signing_request = text_member(body, "signing_request", 1, pem_limit, true);
    EnrolmentClaim claim;
    claim.token_sha256 = sha256_hex(text_member(body, "token", 1, 200));
    claim.device_id = text_member(body, "device_id", 36, 36);
    claim.host_name = text_member(body, "host_name", 1, 255);
    claim.agent_version = text_member(body, "agent_version", 1, 64);
    if (!is_uuid(claim.device_id)) throw ApiError(400, "bad_request", "device_id must be a UUID in lower case.");
    claim.public_key_sha256 = key_of(signing_request);
    Contact contact;
    contact.hardware = read_hardware(body, hardware_key_);

    // Signed before the token is used: a request that cannot be signed costs the token nothing, and a centre that is
    // killed in between has told nobody about the certificate.
    const std::string certificate = sign(signing_request, claim.device_id, call.now);
    const EnrolmentOutcome outcome = Enrolments{database_}.enrol(claim, call.now);
    if (outcome != EnrolmentOutcome::accepted) refuse(outcome);
    if (contact.hardware) Devices{database_}.touch(claim.device_id, contact, call.now);
    log_("enrolled device=" + claim.device_id + " from=" + call.request.remote_address);
    return hand_out(certificate, claim.device_id, call.now);
}

// Who shows a certificate in force may come with a new key: the connection proves the old one, which stays good, for
// the answer may be lost. A PC that was off for so long that its certificate ended has none to show: the signing
// request, which only a key of its own can have signed, says who it is. What it gets is of no use without that key.
HttpResponse AgentEnrolment::renew(const Call& call) const {
    const nlohmann::json body = body_object(call);
    const bool showed_one = call.request.client_certificate != nullptr || !body.contains("device_id");
    const std::string device_id = showed_one ? caller(call).device_id : text_member(body, "device_id", 36, 36);
    const std::string signing_request = text_member(body, "signing_request", 1, pem_limit, true);
    Contact contact;
    contact.hardware = read_hardware(body, hardware_key_);
    const std::string key = key_of(signing_request);
    if (!showed_one) {
        if (!Enrolments{database_}.knows_key(device_id, key))
            throw ApiError(403, "wrong_key", "The signing request is of a key that this PC never had; enrol again.");
        if (Devices{database_}.find(device_id)->revoked_at) refuse(EnrolmentOutcome::device_revoked);
    }
    const std::string certificate = sign(signing_request, device_id, call.now);
    Devices{database_}.touch(device_id, contact, call.now);
    if (!showed_one) log_("renewed without a certificate device=" + device_id + " from=" + call.request.remote_address);
    return hand_out(certificate, device_id, call.now);
}

void AgentEnrolment::replace_authority(Authority authority) {
    const std::lock_guard lock{authority_mutex_};
    authority_ = std::move(authority);
}

Authority AgentEnrolment::authority() const {
    const std::lock_guard lock{authority_mutex_};
    return authority_;
}

std::string AgentEnrolment::sign(const std::string& signing_request, const std::string& device_id, Instant now) const {
    try {
        return authority().sign_device(signing_request, device_id, now, validity_);
    } catch (const PkiError& error) {
        throw ApiError(400, "bad_signing_request", std::string{"The signing request is refused: "} + error.what());
    }
}

HttpResponse AgentEnrolment::hand_out(const std::string& certificate, const std::string& device_id, Instant now) const {
    const CertificateInfo info = inspect_certificate(certificate);
    Enrolments{database_}.add_certificate(device_id, {info.sha256, info.serial, info.not_after, info.public_key_sha256},
                                          now);
    return json_response(
        200, {{"certificate", certificate}, {"authority", authority().certificate_pem()}, {"device_id", device_id}});
}

}  // namespace wardwatch
