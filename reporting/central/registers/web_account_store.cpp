// The web systems' accounts: imports, pages, counts, and where each stands on its way back.
#include "collectors/core/ascii.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/registers/web_register.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

namespace {

constexpr std::size_t names_told = 100;

/// $1 today, $2 and $3 the policy's days, $4 system, $5 units as a JSON array, $6 searched text, folded.
constexpr std::string_view judged_accounts =
    // Days are reckoned once for each system: for each account they would take longer than all else.
    "WITH limits AS MATERIALIZED (SELECT id, name,"
    " days_before($1, coalesce(max_password_age_days, $2)) AS changed_since,"
    " days_before($1, coalesce(unused_after_days, $3)) AS used_since FROM web_systems), "
    "judged AS (SELECT a.*, l.name AS system,"
    " coalesce(a.password_changed_on > '' AND a.password_changed_on < l.changed_since, false) AS is_overdue,"
    " coalesce(a.password_changed_on = '', false) AS is_never_changed,"
    // Who never logged in stands as '', before every day.
    " coalesce(a.last_login_on < l.used_since, false) AS is_unused,"
    " a.password_changed_on IS NULL OR a.last_login_on IS NULL AS is_unknown_date,"
    " a.disabled = 0 AND a.gone_at IS NULL AS in_use"
    " FROM limits l JOIN web_accounts a ON a.system_id = l.id"
    " WHERE ($4 IS NULL OR a.system_id = $4) AND ($5 IS NULL OR a.unit_id IN (SELECT numbers_of($5))) AND ";

/// Without a search the index of figures has all that is asked.
std::string judged(const std::string& searched) {
    return std::string{judged_accounts} + (searched.empty() ? "$6 = '') " : "strpos(a.search, $6) > 0) ");
}

constexpr std::string_view stored_columns =
    "id, system_id, system, account, owner, unit_id, password_changed_on, last_login_on, disabled, gone_at IS NOT NULL,"
    " in_use AND is_overdue, in_use AND is_never_changed, in_use AND is_unused, in_use AND is_unknown_date,"
    " revocation, revocation_by, revocation_at, revocation_note ";

/// $7 problem, $8 state, both or one of them ''.
constexpr std::string_view page_filter =
    "FROM judged WHERE ($7 = '' OR in_use AND CASE $7 WHEN 'overdue' THEN is_overdue WHEN 'never_changed' THEN "
    "is_never_changed WHEN 'unused' THEN is_unused ELSE is_unknown_date END)"
    " AND ($8 = '' OR revocation = $8) AND (gone_at IS NULL OR $8 = 'revoked') ";

std::optional<std::string> units_array(const AccountFilter& filter) {
    if (!filter.units) return std::nullopt;
    return nlohmann::json(*filter.units).dump();
}

/// Of the accounts as they are judged; `further` are $7 and on.
template <class... Further>
sql::Rows account_query(const sql::Reader& reader, const std::string& text, const AccountFilter& filter,
                        const AccountLimits& limits, const Further&... further) {
    const std::string searched = fold_words(filter.q);
    return reader.query(judged(searched) + text, limits.today, limits.max_password_age_days, limits.max_unused_days,
                        filter.system_id, units_array(filter), searched, further...);
}

WebAccount account_of(const sql::Row& row) {
    WebAccount account;
    account.id = row.integer(0);
    account.system_id = row.integer(1);
    account.system = row.text(2);
    account.line = {row.text(3), row.text(4), row.integer(5), row.maybe_text(6), row.maybe_text(7), row.boolean(8)};
    account.gone = row.boolean(9);
    int column = 10;
    for (const std::string_view problem : account_problems) {
        // In the order of the columns: overdue, never changed, unused, unknown.
        if (row.boolean(column++)) account.problems.emplace_back(problem);
    }
    account.revocation = row.text(14);
    account.revocation_by = row.text(15);
    account.revocation_at = row.maybe_instant(16);
    account.revocation_note = row.text(17);
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

std::map<std::string, KnownAccount> known_accounts(const sql::Reader& reader, std::int64_t system_id) {
    auto rows = reader.query(
        "SELECT id, account, owner, unit_id, password_changed_on, last_login_on, disabled, gone_at "
        "IS NOT NULL FROM web_accounts WHERE system_id = $1",
        system_id);
    std::map<std::string, KnownAccount> known;
    while (rows.next()) {
        KnownAccount account{rows.integer(0),    rows.text(1),       rows.text(2),    rows.integer(3),
                             rows.maybe_text(4), rows.maybe_text(5), rows.boolean(6), rows.boolean(7)};
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

void add_line(sql::Writer& writer, std::int64_t system_id, const WebAccountLine& line, Instant now) {
    writer.run(
        "INSERT INTO web_accounts (system_id, account, owner, unit_id, password_changed_on, last_login_on, disabled, "
        "search, first_seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        system_id, line.account, line.owner, line.unit_id, line.password_changed_on, line.last_login_on, line.disabled,
        fold_words(line.account + " " + line.owner), now);
}

void change_line(sql::Writer& writer, std::int64_t account_id, const WebAccountLine& line) {
    // Back after it was gone: what was asked for then is over.
    writer.run(
        "UPDATE web_accounts SET account = $2, owner = $3, unit_id = $4, password_changed_on = $5, "
        "last_login_on = $6, disabled = $7, search = $8, "
        "revocation = CASE WHEN gone_at IS NULL THEN revocation ELSE 'none' END, "
        "revocation_by = CASE WHEN gone_at IS NULL THEN revocation_by ELSE '' END, "
        "revocation_at = CASE WHEN gone_at IS NULL THEN revocation_at ELSE NULL END, "
        "revocation_note = CASE WHEN gone_at IS NULL THEN revocation_note ELSE '' END, gone_at = NULL WHERE id = $1",
        account_id, line.account, line.owner, line.unit_id, line.password_changed_on, line.last_login_on, line.disabled,
        fold_words(line.account + " " + line.owner));
}

void mark_gone(sql::Writer& writer, std::int64_t account_id, const ChangedBy& by) {
    writer.run(
        "UPDATE web_accounts SET gone_at = $2, "
        "revocation_by = CASE WHEN revocation IN ('requested', 'handed_back') THEN $3 ELSE revocation_by END, "
        "revocation_at = CASE WHEN revocation IN ('requested', 'handed_back') THEN $2 ELSE revocation_at END, "
        "revocation = CASE WHEN revocation IN ('requested', 'handed_back') THEN 'revoked' ELSE revocation END WHERE id "
        "= $1",
        account_id, by.at, by.actor);
}

}  // namespace

ImportCounts WebRegister::import(std::int64_t system_id, const std::vector<WebAccountLine>& lines, const ChangedBy& by,
                                 bool try_only) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    std::map<std::string, KnownAccount> known = known_accounts(writer, system_id);
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
        if (try_only) continue;
        if (found == known.end()) {
            add_line(writer, system_id, line, by.at);
        } else {
            change_line(writer, found->second.id, line);
        }
    }
    for (const auto& [key, account] : known) {
        if (account.listed || account.gone) continue;
        ++counts.gone;
        tell(counts.gone_names, account.account);
        if (!try_only) mark_gone(writer, account.id, by);
    }
    if (try_only) return counts;
    writer.run("UPDATE web_systems SET imported_at = $2, imported_by = $3 WHERE id = $1", system_id, by.at, by.actor);
    transaction.commit();
    return counts;
}

std::vector<WebAccount> WebRegister::accounts(const AccountFilter& filter, const AccountLimits& limits,
                                              std::int64_t& total) const {
    const sql::Reader reader = database_.reader();
    const std::string wanted{page_filter};
    std::map<std::int64_t, std::int64_t> sizes;
    for (auto rows = account_query(reader, "SELECT system_id, count(*) " + wanted + "GROUP BY system_id", filter,
                                   limits, filter.problem, filter.revocation);
         rows.next();)
        sizes[rows.integer(0)] = rows.integer(1);
    total = 0;
    std::vector<WebAccount> page;
    // System by system, in the order of their names: only the accounts of those on the page are sorted.
    for (const WebSystem& system : systems()) {
        const std::int64_t begin = total;
        total += sizes[system.id];
        const auto missing = filter.limit - static_cast<std::int64_t>(page.size());
        if (missing <= 0 || total <= filter.offset) continue;
        AccountFilter of_system = filter;
        of_system.system_id = system.id;
        auto rows = account_query(
            reader,
            "SELECT " + std::string{stored_columns} + wanted + "ORDER BY lower(account), account LIMIT $9 OFFSET $10",
            of_system, limits, filter.problem, filter.revocation, missing,
            std::max<std::int64_t>(filter.offset - begin, 0));
        while (rows.next()) page.push_back(account_of(rows));
    }
    return page;
}

std::optional<WebAccount> WebRegister::account(std::int64_t id, const AccountLimits& limits) const {
    const sql::Reader reader = database_.reader();
    auto row = account_query(reader, "SELECT " + std::string{stored_columns} + "FROM judged WHERE id = $7",
                             AccountFilter{}, limits, id);
    if (!row.next()) return std::nullopt;
    return account_of(row);
}

std::map<std::int64_t, AccountCounts> WebRegister::counts(const AccountFilter& filter,
                                                          const AccountLimits& limits) const {
    const sql::Reader reader = database_.reader();
    auto rows = account_query(
        reader,
        // What is added to the unit keeps SQLite from walking the accounts unit by unit, row by row.
        "SELECT unit_id + 0, count(*), count(*) FILTER (WHERE disabled = 1),"
        " count(*) FILTER (WHERE in_use AND is_overdue), count(*) FILTER (WHERE in_use AND is_never_changed),"
        " count(*) FILTER (WHERE in_use AND is_unused), count(*) FILTER (WHERE in_use AND is_unknown_date),"
        " count(*) FILTER (WHERE revocation = 'requested'), count(*) FILTER (WHERE revocation = 'handed_back')"
        " FROM judged WHERE gone_at IS NULL GROUP BY 1",
        filter, limits);
    std::map<std::int64_t, AccountCounts> by_unit;
    while (rows.next()) {
        AccountCounts& counts = by_unit[rows.integer(0)];
        int column = 1;
        for (const char* name :
             {"accounts", "disabled", "overdue", "never_changed", "unused", "unknown_date", "requested", "handed_back"})
            counts[name] = rows.integer(column++);
    }
    return by_unit;
}

void WebRegister::set_revocation(std::int64_t id, const std::string& state, const std::string& note,
                                 const ChangedBy& by) {
    sql::Writer writer = database_.writer();
    writer.run(
        "UPDATE web_accounts SET revocation = $2, revocation_note = $3, revocation_by = $4, revocation_at = $5 "
        "WHERE id = $1",
        id, state, note, by.actor, by.at);
}

}  // namespace wardwatch
