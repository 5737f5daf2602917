// Enrolment tokens, enrolments and certificates in the centre's database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/devices/followers.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/followers.h"

namespace wardwatch {

/// An enrolment token; the secret itself is not kept.
struct Token {
    std::int64_t id = 0;
    std::int64_t unit_id = 0;
    std::int64_t uses = 0;  ///< how many devices it may enrol
    std::int64_t used = 0;
    Instant created_at;
    Instant expires_at;
    std::optional<Instant> revoked_at;
};

struct EnrolmentClaim {
    std::string token_sha256;
    std::string device_id;
    std::string public_key_sha256;
    std::string host_name;
    std::string agent_version;
};

enum class EnrolmentOutcome {
    accepted,
    token_invalid,
    token_expired,
    token_used_up,
    token_revoked,
    device_known,  ///< enrolled with other keys
    device_revoked
};

struct IssuedCertificate {
    std::string sha256;
    std::string serial;
    Instant not_after;
    std::string public_key_sha256 = {};
};

/// May be used from any thread; each function is one transaction.
class Enrolments {
public:
    explicit Enrolments(sql::Database database) : database_(std::move(database)) {}

    /// Only the token's SHA-256 is kept. Returns the token's id.
    std::int64_t add_token(const std::string& token_sha256, std::int64_t unit_id, std::int64_t uses, Instant now,
                           Instant expires_at);
    std::vector<Token> tokens() const;
    /// False when there is no such token.
    bool revoke_token(std::int64_t token_id, Instant now);
    /// Uses up the token once per device and makes the device known. The same device, key and token again change
    /// nothing, so that an agent that lost the answer may ask again. A known device with another token of its own key
    /// moves to that token's unit.
    EnrolmentOutcome enrol(const EnrolmentClaim& claim, Instant now);
    /// The device's certificates are refused from now on, and what it was asked to do is over. False when there is no
    /// such device.
    bool revoke_device(const std::string& device_id, Instant now);
    /// The PC `to`, which is `from` set up anew, gets its unit and what people wrote about it; `from` is revoked.
    /// Throws StoreError when one of them is not there or revoked, or their hardware is not the same.
    void take_over(const std::string& from, const std::string& to, const DeviceFollowers& followers,
                   const ChangedBy& by);
    void add_certificate(const std::string& device_id, const IssuedCertificate& certificate, Instant now);
    /// True when this centre issued the certificate to this device.
    bool knows_certificate(const std::string& device_id, const std::string& sha256) const;
    /// True when the device was enrolled with this key, or has renewed with it.
    bool knows_key(const std::string& device_id, const std::string& public_key_sha256) const;

private:
    sql::Database database_;
};

/// Within the caller's transaction. Who comes by a token of the unit comes into the one that has its place.
void enrolment_tokens_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch
