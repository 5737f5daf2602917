// The table of policy versions: written once, never changed.
#include "reporting/central/judging/policy_store.h"

#include "reporting/central/judging/judging.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

namespace {

constexpr std::int64_t built_in_number = 1;

void insert_policy(sql::Writer& writer, const PolicyVersion& version, const std::string& text) {
    writer.run(
        "INSERT INTO policies(number, version, body, created_at, created_by, reason, rejudged) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        version.number, version.version, text, version.created_at.value_or(Instant{}), version.created_by,
        version.reason, std::int64_t{version.rejudged ? 1 : 0});
}

PolicyVersion built_in_version() {
    PolicyVersion version;
    version.number = built_in_number;
    version.version = baseline().version;
    return version;
}

std::int64_t newest_of(const sql::Reader& reader) {
    return reader.number("SELECT coalesce(max(number), 1) FROM policies");
}

}  // namespace

std::int64_t Policies::newest() const {
    const sql::Reader reader = database_.reader();
    return newest_of(reader);
}

std::vector<PolicyVersion> Policies::all() const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT number, version, created_at, created_by, reason, rejudged FROM policies "
        "ORDER BY number DESC");
    std::vector<PolicyVersion> all;
    while (rows.next()) {
        PolicyVersion version;
        version.number = rows.integer(0);
        version.version = rows.text(1);
        if (version.number != built_in_number) version.created_at = rows.instant(2);
        version.created_by = rows.text(3);
        version.reason = rows.text(4);
        version.rejudged = rows.boolean(5);
        all.push_back(std::move(version));
    }
    if (all.empty()) all.push_back(built_in_version());
    return all;
}

std::optional<std::string> Policies::text(std::int64_t number) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query("SELECT body FROM policies WHERE number = $1", number);
    if (row.next()) return row.text(0);
    // Before the first publishing the built-in one has no row.
    if (number == built_in_number) return std::string{built_in_policy_text()};
    return std::nullopt;
}

bool Policies::publish(const PolicyVersion& version, const std::string& text) {
    if (!insert(version, text)) return false;
    database_.tell(policy_news);
    return true;
}

bool Policies::insert(const PolicyVersion& version, const std::string& text) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    const std::int64_t newest = newest_of(writer);
    if (newest != version.number - 1) return false;
    // Kept from now on: another program has another one built in.
    if (newest == built_in_number) insert_policy(writer, built_in_version(), std::string{built_in_policy_text()});
    insert_policy(writer, version, text);
    transaction.commit();
    return true;
}

std::int64_t Policies::devices_left(const std::string& policy_hash) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query(
        "SELECT count(*) FROM devices WHERE newest_report IS NOT NULL AND revoked_at IS NULL AND "
        "policy_hash <> $1",
        policy_hash);
    row.next();
    return row.integer(0);
}

}  // namespace wardwatch
