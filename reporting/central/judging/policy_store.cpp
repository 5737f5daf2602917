#include "reporting/central/judging/policy_store.h"

#include "reporting/central/judging/judging.h"
#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace {

constexpr std::int64_t built_in_number = 1;

void insert_policy(SQLite::Database& database, const PolicyVersion& version, const std::string& text) {
    sql::run(database,
             "INSERT INTO policies(number, version, body, created_at, created_by, reason, rejudged) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
             version.number, version.version, text, version.created_at.value_or(Instant{}), version.created_by,
             version.reason, std::int64_t{version.rejudged ? 1 : 0});
}

PolicyVersion built_in_version() {
    PolicyVersion version;
    version.number = built_in_number;
    version.version = baseline().version;
    return version;
}

}  // namespace

/// The caller holds the mutex.
std::int64_t Policies::newest_locked() const {
    auto row = sql::query(connection_.database, "SELECT ifnull(max(number), 1) FROM policies");
    row.executeStep();
    return row.getColumn(0).getInt64();
}

std::int64_t Policies::newest() const {
    const std::lock_guard lock{connection_.mutex};
    return newest_locked();
}

std::vector<PolicyVersion> Policies::all() const {
    const std::lock_guard lock{connection_.mutex};
    auto rows = sql::query(connection_.database,
                           "SELECT number, version, created_at, created_by, reason, rejudged FROM policies "
                           "ORDER BY number DESC");
    std::vector<PolicyVersion> all;
    while (rows.executeStep()) {
        PolicyVersion version;
        version.number = rows.getColumn(0).getInt64();
        version.version = rows.getColumn(1).getString();
        if (version.number != built_in_number) version.created_at = sql::instant(rows.getColumn(2));
        version.created_by = rows.getColumn(3).getString();
        version.reason = rows.getColumn(4).getString();
        version.rejudged = rows.getColumn(5).getInt() != 0;
        all.push_back(std::move(version));
    }
    if (all.empty()) all.push_back(built_in_version());
    return all;
}

std::optional<std::string> Policies::text(std::int64_t number) const {
    const std::lock_guard lock{connection_.mutex};
    auto row = sql::query(connection_.database, "SELECT body FROM policies WHERE number = ?1", number);
    if (row.executeStep()) return row.getColumn(0).getString();
    // Before the first publishing the built-in one has no row.
    if (number == built_in_number) return std::string{built_in_policy_text()};
    return std::nullopt;
}

bool Policies::publish(const PolicyVersion& version, const std::string& text) {
    const std::lock_guard lock{connection_.mutex};
    sql::Write write{connection_.database};
    const std::int64_t newest = newest_locked();
    if (newest != version.number - 1) return false;
    // Kept from now on: another program has another one built in.
    if (newest == built_in_number)
        insert_policy(connection_.database, built_in_version(), std::string{built_in_policy_text()});
    insert_policy(connection_.database, version, text);
    write.commit();
    return true;
}

std::int64_t Policies::devices_left(const std::string& policy_hash) const {
    const std::lock_guard lock{connection_.mutex};
    auto row = sql::query(connection_.database,
                          "SELECT count(*) FROM devices WHERE newest_report IS NOT NULL AND revoked_at IS NULL AND "
                          "policy_hash <> ?1",
                          policy_hash);
    row.executeStep();
    return row.getColumn(0).getInt64();
}

}  // namespace wardwatch
