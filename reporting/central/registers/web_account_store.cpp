// The web systems' accounts: imports, pages, counts, and where each stands on its way back.
#include "collectors/core/ascii.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/registers/web_register.h"
#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace {

constexpr std::size_t names_told = 100;

/// ?1 today, ?2 and ?3 the policy's days, ?4 system, ?5 units as a JSON array, ?6 searched text, folded.
constexpr std::string_view judged_accounts =
    "WITH judged AS (SELECT a.*, s.name AS system,"
    " ifnull(a.password_changed_on > '' AND a.password_changed_on <"
    "   date(?1, '-' || ifnull(s.max_password_age_days, ?2) || ' days'), 0) AS is_overdue,"
    " ifnull(a.password_changed_on = '', 0) AS is_never_changed,"
    // Who never logged in stands as '', before every day.
    " ifnull(a.last_login_on < date(?1, '-' || ifnull(s.unused_after_days, ?3) || ' days'), 0) AS is_unused,"
    " a.password_changed_on IS NULL OR a.last_login_on IS NULL AS is_unknown_date,"
    " a.disabled = 0 AND a.gone_at IS NULL AS in_use"
    " FROM web_accounts a JOIN web_systems s ON s.id = a.system_id"
    " WHERE (?4 IS NULL OR a.system_id = ?4) AND (?5 IS NULL OR a.unit_id IN (SELECT value FROM json_each(?5)))"
    " AND (?6 = '' OR instr(a.search, ?6) > 0)) ";

constexpr std::string_view columns =
    "id, system_id, system, account, owner, unit_id, password_changed_on, last_login_on, disabled, gone_at IS NOT NULL,"
    " in_use AND is_overdue, in_use AND is_never_changed, in_use AND is_unused, in_use AND is_unknown_date,"
    " revocation, revocation_by, revocation_at, revocation_note ";

/// ?7 problem, ?8 state, both or one of them ''.
constexpr std::string_view page_filter =
    "FROM judged WHERE (?7 = '' OR in_use AND CASE ?7 WHEN 'overdue' THEN is_overdue WHEN 'never_changed' THEN "
    "is_never_changed WHEN 'unused' THEN is_unused ELSE is_unknown_date END)"
    " AND (?8 = '' OR revocation = ?8) AND (gone_at IS NULL OR ?8 = 'revoked') ";

std::optional<std::string> units_array(const AccountFilter& filter) {
    if (!filter.units) return std::nullopt;
    return nlohmann::json(*filter.units).dump();
}

SQLite::Statement account_query(SQLite::Database& database, const std::string& text, const AccountFilter& filter,
                                const AccountLimits& limits) {
    return sql::query(database, text.c_str(), limits.today, limits.max_password_age_days, limits.max_unused_days,
                      filter.system_id, units_array(filter), fold_words(filter.q));
}

std::optional<std::string> maybe_day(const SQLite::Column& column) {
    if (column.isNull()) return std::nullopt;
    return column.getString();
}

WebAccount account_of(SQLite::Statement& row) {
    WebAccount account;
    account.id = row.getColumn(0).getInt64();
    account.system_id = row.getColumn(1).getInt64();
    account.system = row.getColumn(2).getString();
    account.line = {row.getColumn(3).getString(), row.getColumn(4).getString(), row.getColumn(5).getInt64(),
                    maybe_day(row.getColumn(6)),  maybe_day(row.getColumn(7)),  row.getColumn(8).getInt() != 0};
    account.gone = row.getColumn(9).getInt() != 0;
    int column = 10;
    for (const std::string_view problem : account_problems) {
        // In the order of the columns: overdue, never changed, unused, unknown.
        if (row.getColumn(column++).getInt() != 0) account.problems.emplace_back(problem);
    }
    account.revocation = row.getColumn(14).getString();
    account.revocation_by = row.getColumn(15).getString();
    account.revocation_at = sql::maybe_instant(row.getColumn(16));
    account.revocation_note = row.getColumn(17).getString();
    return account;
}

struct KnownAccount {
    std::int64_t id = 0;
    std::string account;
    std::string owner;
    std::int64_t unit_id = 0;
    std::optional<std::string> password_changed_on;
    std::optional<std::string> last_login_on;
    bool disabled = false;
    bool gone = false;
    bool listed = false;  ///< in the lines that are imported
};

std::map<std::string, KnownAccount> known_accounts(SQLite::Database& database, std::int64_t system_id) {
    auto rows = sql::query(database,
                           "SELECT id, account, owner, unit_id, password_changed_on, last_login_on, disabled, gone_at "
                           "IS NOT NULL FROM web_accounts WHERE system_id = ?1",
                           system_id);
    std::map<std::string, KnownAccount> known;
    while (rows.executeStep()) {
        KnownAccount account{rows.getColumn(0).getInt64(),    rows.getColumn(1).getString(),
                             rows.getColumn(2).getString(),   rows.getColumn(3).getInt64(),
                             maybe_day(rows.getColumn(4)),    maybe_day(rows.getColumn(5)),
                             rows.getColumn(6).getInt() != 0, rows.getColumn(7).getInt() != 0};
        known.emplace(ascii_lower(account.account), std::move(account));
    }
    return known;
}

bool same(const KnownAccount& known, const WebAccountLine& line) {
    return !known.gone && known.account == line.account && known.owner == line.owner && known.unit_id == line.unit_id &&
           known.password_changed_on == line.password_changed_on && known.last_login_on == line.last_login_on &&
           known.disabled == line.disabled;
}

void tell(std::vector<std::string>& names, const std::string& name) {
    if (names.size() < names_told) names.push_back(name);
}

void write_line(SQLite::Database& database, std::int64_t system_id, const WebAccountLine& line, Instant now) {
    // Back after it was gone: what was asked for then is over.
    sql::run(database,
             "INSERT INTO web_accounts (system_id, account, owner, unit_id, password_changed_on, last_login_on, "
             "disabled, search, first_seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
             "ON CONFLICT (system_id, account) DO UPDATE SET account = excluded.account, owner = excluded.owner, "
             "unit_id = excluded.unit_id, password_changed_on = excluded.password_changed_on, "
             "last_login_on = excluded.last_login_on, disabled = excluded.disabled, search = excluded.search, "
             "revocation = iif(gone_at IS NULL, revocation, 'none'), "
             "revocation_by = iif(gone_at IS NULL, revocation_by, ''), "
             "revocation_at = iif(gone_at IS NULL, revocation_at, NULL), "
             "revocation_note = iif(gone_at IS NULL, revocation_note, ''), gone_at = NULL",
             system_id, line.account, line.owner, line.unit_id, line.password_changed_on, line.last_login_on,
             std::int64_t{line.disabled ? 1 : 0}, fold_words(line.account + " " + line.owner), now);
}

void mark_gone(SQLite::Database& database, std::int64_t account_id, const ChangedBy& by) {
    sql::run(database,
             "UPDATE web_accounts SET gone_at = ?2, "
             "revocation_by = iif(revocation IN ('requested', 'handed_back'), ?3, revocation_by), "
             "revocation_at = iif(revocation IN ('requested', 'handed_back'), ?2, revocation_at), "
             "revocation = iif(revocation IN ('requested', 'handed_back'), 'revoked', revocation) WHERE id = ?1",
             account_id, by.at, by.actor);
}

}  // namespace

ImportCounts WebRegister::import(std::int64_t system_id, const std::vector<WebAccountLine>& lines, const ChangedBy& by,
                                 bool try_only) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    SQLite::Database& database = connection.database;
    sql::Write write{database};
    std::map<std::string, KnownAccount> known = known_accounts(database, system_id);
    ImportCounts counts;
    for (const WebAccountLine& line : lines) {
        const auto found = known.find(ascii_lower(line.account));
        if (found != known.end()) found->second.listed = true;
        if (found != known.end() && same(found->second, line)) {
            ++counts.unchanged;
            continue;
        }
        const bool is_new = found == known.end() || found->second.gone;
        ++(is_new ? counts.added : counts.changed);
        if (is_new) tell(counts.added_names, line.account);
        if (!try_only) write_line(database, system_id, line, by.at);
    }
    for (const auto& [key, account] : known) {
        if (account.listed || account.gone) continue;
        ++counts.gone;
        tell(counts.gone_names, account.account);
        if (!try_only) mark_gone(database, account.id, by);
    }
    if (try_only) return counts;
    sql::run(database, "UPDATE web_systems SET imported_at = ?2, imported_by = ?3 WHERE id = ?1", system_id, by.at,
             by.actor);
    write.commit();
    return counts;
}

std::vector<WebAccount> WebRegister::accounts(const AccountFilter& filter, const AccountLimits& limits,
                                              std::int64_t& total) const {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    const std::string judged{judged_accounts};
    const std::string wanted{page_filter};
    auto count = account_query(connection.database, judged + "SELECT count(*) " + wanted, filter, limits);
    count.bind(7, filter.problem);
    count.bind(8, filter.revocation);
    count.executeStep();
    total = count.getColumn(0).getInt64();
    auto rows = account_query(
        connection.database,
        judged + "SELECT " + std::string{columns} + wanted + "ORDER BY system, account LIMIT ?9 OFFSET ?10", filter,
        limits);
    rows.bind(7, filter.problem);
    rows.bind(8, filter.revocation);
    rows.bind(9, filter.limit);
    rows.bind(10, filter.offset);
    std::vector<WebAccount> page;
    while (rows.executeStep()) page.push_back(account_of(rows));
    return page;
}

std::optional<WebAccount> WebRegister::account(std::int64_t id, const AccountLimits& limits) const {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    auto row = account_query(
        connection.database,
        std::string{judged_accounts} + "SELECT " + std::string{columns} + "FROM judged WHERE id = ?7", {}, limits);
    row.bind(7, id);
    if (!row.executeStep()) return std::nullopt;
    return account_of(row);
}

std::map<std::int64_t, AccountCounts> WebRegister::counts(const AccountFilter& filter,
                                                          const AccountLimits& limits) const {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    auto rows = account_query(
        connection.database,
        std::string{judged_accounts} +
            "SELECT unit_id, count(*), sum(disabled), sum(in_use AND is_overdue), sum(in_use AND is_never_changed), "
            "sum(in_use AND is_unused), sum(in_use AND is_unknown_date), sum(revocation = 'requested'), "
            "sum(revocation = 'handed_back') FROM judged WHERE gone_at IS NULL GROUP BY unit_id",
        filter, limits);
    std::map<std::int64_t, AccountCounts> by_unit;
    while (rows.executeStep()) {
        AccountCounts& counts = by_unit[rows.getColumn(0).getInt64()];
        int column = 1;
        for (const char* name :
             {"accounts", "disabled", "overdue", "never_changed", "unused", "unknown_date", "requested", "handed_back"})
            counts[name] = rows.getColumn(column++).getInt64();
    }
    return by_unit;
}

void WebRegister::set_revocation(std::int64_t id, const std::string& state, const std::string& note,
                                 const ChangedBy& by) {
    sql::Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::run(connection.database,
             "UPDATE web_accounts SET revocation = ?2, revocation_note = ?3, revocation_by = ?4, revocation_at = ?5 "
             "WHERE id = ?1",
             id, state, note, by.actor, by.at);
}

}  // namespace wardwatch
