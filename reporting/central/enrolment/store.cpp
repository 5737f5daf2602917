#include "reporting/central/sql/statements.h"

namespace wardwatch {

std::int64_t CentralStore::add_token(const std::string& token_sha256, std::int64_t unit_id, std::int64_t uses,
                                     Instant now, Instant expires_at) {
    if (uses < 1) throw StoreError("A token needs at least one use.");
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    sql::require_unit(connection_->database, unit_id);
    sql::run(connection_->database,
             "INSERT INTO tokens(sha256, unit_id, uses, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
             token_sha256, unit_id, uses, now, expires_at);
    const std::int64_t id = connection_->database.getLastInsertRowid();
    write.commit();
    return id;
}

std::vector<Token> CentralStore::tokens() const {
    const std::lock_guard lock{connection_->mutex};
    auto rows =
        sql::query(connection_->database,
                   "SELECT id, unit_id, uses, used, created_at, expires_at, revoked_at FROM tokens ORDER BY id");
    std::vector<Token> all;
    while (rows.executeStep()) {
        all.push_back({rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64(), rows.getColumn(2).getInt64(),
                       rows.getColumn(3).getInt64(), sql::instant(rows.getColumn(4)), sql::instant(rows.getColumn(5)),
                       sql::maybe_instant(rows.getColumn(6))});
    }
    return all;
}

bool CentralStore::revoke_token(std::int64_t token_id, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    return sql::run(connection_->database, "UPDATE tokens SET revoked_at = ifnull(revoked_at, ?2) WHERE id = ?1",
                    token_id, now) > 0;
}

EnrolmentOutcome CentralStore::enrol(const EnrolmentClaim& claim, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    auto token = sql::query(connection_->database,
                            "SELECT id, unit_id, uses, used, expires_at, revoked_at FROM tokens WHERE sha256 = ?1",
                            claim.token_sha256);
    if (!token.executeStep()) return EnrolmentOutcome::token_invalid;
    const std::int64_t token_id = token.getColumn(0).getInt64();
    const std::int64_t unit_id = token.getColumn(1).getInt64();
    if (!token.getColumn(5).isNull()) return EnrolmentOutcome::token_revoked;

    auto device = sql::query(connection_->database,
                             "SELECT public_key_sha256, revoked_at FROM devices WHERE device_id = ?1", claim.device_id);
    const bool known = device.executeStep();
    if (known && !device.getColumn(1).isNull()) return EnrolmentOutcome::device_revoked;
    if (known && device.getColumn(0).getString() != claim.public_key_sha256) return EnrolmentOutcome::device_known;

    auto use = sql::query(connection_->database, "SELECT 1 FROM token_uses WHERE token_id = ?1 AND device_id = ?2",
                          token_id, claim.device_id);
    if (use.executeStep()) return EnrolmentOutcome::accepted;
    if (sql::instant(token.getColumn(4)) <= now) return EnrolmentOutcome::token_expired;
    if (token.getColumn(3).getInt64() >= token.getColumn(2).getInt64()) return EnrolmentOutcome::token_used_up;

    if (known)
        sql::move_device(connection_->database, claim.device_id, unit_id, {"token " + std::to_string(token_id), now});
    sql::run(connection_->database,
             "INSERT INTO devices(device_id, unit_id, host_name, agent_version, public_key_sha256, enrolled_at, "
             "last_seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT(device_id) DO UPDATE SET "
             "host_name = ?3, agent_version = ?4, last_seen_at = ?6",
             claim.device_id, unit_id, claim.host_name, claim.agent_version, claim.public_key_sha256, now);
    sql::run(connection_->database, "INSERT INTO token_uses(token_id, device_id, used_at) VALUES (?1, ?2, ?3)",
             token_id, claim.device_id, now);
    sql::run(connection_->database, "UPDATE tokens SET used = used + 1 WHERE id = ?1", token_id);
    write.commit();
    return EnrolmentOutcome::accepted;
}

void CentralStore::add_certificate(const std::string& device_id, const IssuedCertificate& certificate, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    sql::run(connection_->database,
             "INSERT INTO certificates(sha256, device_id, serial, issued_at, not_after) VALUES (?1, ?2, ?3, ?4, ?5)",
             certificate.sha256, device_id, certificate.serial, now, certificate.not_after);
}

bool CentralStore::knows_certificate(const std::string& device_id, const std::string& sha256) const {
    const std::lock_guard lock{connection_->mutex};
    return sql::query(connection_->database, "SELECT 1 FROM certificates WHERE sha256 = ?1 AND device_id = ?2", sha256,
                      device_id)
        .executeStep();
}

}  // namespace wardwatch
