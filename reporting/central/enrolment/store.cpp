// The tables of tokens and certificates; an enrolment uses up its token in the same transaction.
#include "reporting/central/enrolment/store.h"

#include "reporting/central/commands/store.h"
#include "reporting/central/devices/hardware_store.h"
#include "reporting/central/devices/notice_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/revocations.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

namespace {

/// The enrolled one, or that of a later certificate.
bool is_key_of(const sql::Reader& reader, const std::string& device_id, const std::string& public_key_sha256) {
    return reader
        .query(
            "SELECT 1 FROM devices WHERE device_id = $1 AND public_key_sha256 = $2 "
            "UNION ALL SELECT 1 FROM certificates WHERE device_id = $1 AND public_key_sha256 = $2",
            device_id, public_key_sha256)
        .next();
}

}  // namespace

std::int64_t Enrolments::add_token(const std::string& token_sha256, std::int64_t unit_id, std::int64_t uses,
                                   Instant now, Instant expires_at) {
    if (uses < 1) throw StoreError("A token needs at least one use.");
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_unit(writer, unit_id);
    const std::int64_t id = writer.insert(
        "INSERT INTO tokens(sha256, unit_id, uses, created_at, expires_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        token_sha256, unit_id, uses, now, expires_at);
    transaction.commit();
    return id;
}

std::vector<Token> Enrolments::tokens() const {
    const sql::Reader reader = database_.reader();
    auto rows =
        reader.query("SELECT id, unit_id, uses, used, created_at, expires_at, revoked_at FROM tokens ORDER BY id");
    std::vector<Token> all;
    while (rows.next()) {
        all.push_back({rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3), rows.instant(4),
                       rows.instant(5), rows.maybe_instant(6)});
    }
    return all;
}

bool Enrolments::revoke_token(std::int64_t token_id, Instant now) {
    sql::Writer writer = database_.writer();
    return writer.run("UPDATE tokens SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1", token_id, now) > 0;
}

EnrolmentOutcome Enrolments::enrol(const EnrolmentClaim& claim, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    auto token = writer.query("SELECT id, unit_id, uses, used, expires_at, revoked_at FROM tokens WHERE sha256 = $1",
                              claim.token_sha256);
    if (!token.next()) return EnrolmentOutcome::token_invalid;
    const std::int64_t token_id = token.integer(0);
    const std::int64_t unit_id = token.integer(1);
    if (!token.is_null(5)) return EnrolmentOutcome::token_revoked;

    auto device = writer.query("SELECT revoked_at, search FROM devices WHERE device_id = $1", claim.device_id);
    const bool known = device.next();
    std::string search = folded(claim.host_name) + "\n";
    // Behind the name stand the accounts.
    if (known) search += device.text(1).substr(device.text(1).find('\n') + 1);
    if (known && !device.is_null(0)) return EnrolmentOutcome::device_revoked;
    if (known && !is_key_of(writer, claim.device_id, claim.public_key_sha256)) return EnrolmentOutcome::device_known;

    auto use =
        writer.query("SELECT 1 FROM token_uses WHERE token_id = $1 AND device_id = $2", token_id, claim.device_id);
    if (use.next()) return EnrolmentOutcome::accepted;
    if (token.instant(4) <= now) return EnrolmentOutcome::token_expired;
    if (token.integer(3) >= token.integer(2)) return EnrolmentOutcome::token_used_up;

    if (known) move_device(writer, claim.device_id, unit_id, {"token " + std::to_string(token_id), now});
    writer.run(
        "INSERT INTO devices(device_id, unit_id, host_name, agent_version, public_key_sha256, enrolled_at, "
        "last_seen_at, search) VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT(device_id) DO UPDATE SET "
        "host_name = $3, agent_version = $4, last_seen_at = $6, search = $7",
        claim.device_id, unit_id, claim.host_name, claim.agent_version, claim.public_key_sha256, now, search);
    writer.run("INSERT INTO token_uses(token_id, device_id, used_at) VALUES ($1, $2, $3)", token_id, claim.device_id,
               now);
    writer.run("UPDATE tokens SET used = used + 1 WHERE id = $1", token_id);
    transaction.commit();
    return EnrolmentOutcome::accepted;
}

bool Enrolments::revoke_device(const std::string& device_id, Instant now) {
    const bool known = [&] {
        sql::Writer writer = database_.writer();
        sql::Transaction transaction{writer};
        const bool found = wardwatch::revoke_device(writer, device_id, now);
        end_commands_of_device(writer, device_id, now);
        transaction.commit();
        return found;
    }();
    database_.tell(revocation_news);
    return known;
}

void Enrolments::take_over(const std::string& from, const std::string& to, const DeviceFollowers& followers,
                           const ChangedBy& by) {
    {
        sql::Writer writer = database_.writer();
        sql::Transaction transaction{writer};
        const auto unit_of = [&](const std::string& device_id) {
            auto row =
                writer.query("SELECT unit_id FROM devices WHERE device_id = $1 AND revoked_at IS NULL", device_id);
            if (!row.next())
                throw StoreError("There is no PC " + device_id + " that is enrolled; `device list` shows all.");
            return row.integer(0);
        };
        const std::int64_t unit = unit_of(from);
        unit_of(to);
        if (from == to || !have_same_hardware(writer, from, to))
            throw StoreError("The hardware of the two PCs is not the same, or not known of both.");
        move_device(writer, to, unit, by);
        for (const DeviceFollower follow : followers) follow(writer, from, to);
        drop_notice(writer, to, NoticeKind::same_hardware);
        wardwatch::revoke_device(writer, from, by.at);
        end_commands_of_device(writer, from, by.at);
        transaction.commit();
    }
    database_.tell(revocation_news);
}

void Enrolments::add_certificate(const std::string& device_id, const IssuedCertificate& certificate, Instant now) {
    sql::Writer writer = database_.writer();
    writer.run(
        "INSERT INTO certificates(sha256, device_id, serial, issued_at, not_after, public_key_sha256) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        certificate.sha256, device_id, certificate.serial, now, certificate.not_after, certificate.public_key_sha256);
}

bool Enrolments::knows_certificate(const std::string& device_id, const std::string& sha256) const {
    const sql::Reader reader = database_.reader();
    return reader.query("SELECT 1 FROM certificates WHERE sha256 = $1 AND device_id = $2", sha256, device_id).next();
}

bool Enrolments::knows_key(const std::string& device_id, const std::string& public_key_sha256) const {
    const sql::Reader reader = database_.reader();
    return is_key_of(reader, device_id, public_key_sha256);
}

void enrolment_tokens_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done) {
    done.tokens += writer.run("UPDATE tokens SET unit_id = $2 WHERE unit_id = $1", merge.from, merge.into);
}

}  // namespace wardwatch
