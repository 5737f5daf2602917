// The accounts of the office's web systems, as each system's administrator lists them: imported whole, judged by the
// days that the policy or the system sets, and handed back for revocation.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/formats/import_table.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

struct WebSystem {
    std::int64_t id = 0;
    std::string name;
    std::string host;
    std::optional<std::int64_t> owner_unit_id;  ///< of accounts without a unit of their own
    std::optional<std::int64_t> max_password_age_days;
    std::optional<std::int64_t> unused_after_days;
    std::optional<Instant> imported_at;
    std::string imported_by;
};

/// A line of a system's list. A day is empty when unknown, and "" when it never happened.
struct WebAccountLine {
    std::string account;
    std::string owner;
    std::int64_t unit_id = 0;
    std::optional<std::string> password_changed_on;
    std::optional<std::string> last_login_on;
    bool disabled = false;
};

struct WebAccountImport {
    std::vector<WebAccountLine> lines;
    std::vector<CsvProblem> problems;  ///< when there is one, nothing is to be imported
};

/// Reads account (required), owner, unit, password_changed, last_login, status. An account without a unit belongs to
/// `owner_unit`, or is a mistake. `today` bounds the days. What cannot be read at all is one problem.
WebAccountImport read_web_accounts(std::string_view bytes, const std::vector<Unit>& units,
                                   std::optional<std::int64_t> owner_unit, const std::string& today);

struct ImportCounts {
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t gone = 0;
    std::vector<std::string> added_names;  ///< the first 100
    std::vector<std::string> gone_names;   ///< the first 100
};

/// "" , "requested", …: where an account stands on its way back.
inline constexpr std::string_view revocation_states[] = {"none", "requested", "handed_back", "revoked", "kept"};
/// What an account in use can be wrong in; the same account may have several.
inline constexpr std::string_view account_problems[] = {"overdue", "never_changed", "unused", "unknown_date"};

struct WebAccount {
    std::int64_t id = 0;
    std::int64_t system_id = 0;
    std::string system;
    WebAccountLine line;
    bool gone = false;                  ///< the newest list no longer has it
    std::vector<std::string> problems;  ///< of account_problems; none when it is disabled or gone
    std::string revocation;
    std::string revocation_by;
    std::optional<Instant> revocation_at;
    std::string revocation_note;
};

/// How the policy judges accounts, where their system sets nothing else, and on which day.
struct AccountLimits {
    std::int64_t max_password_age_days = 0;
    std::int64_t max_unused_days = 0;
    std::string today;
};

struct AccountFilter {
    std::optional<std::int64_t> system_id;
    std::optional<std::set<std::int64_t>> units;  ///< empty: all
    std::string problem;                          ///< one of account_problems, or empty
    std::string revocation;  ///< one of revocation_states, or empty. Those gone are left out but here
    std::string q;           ///< in account or owner
    std::int64_t offset = 0;
    std::int64_t limit = 100;
};

/// Of the accounts that are there, by unit: "accounts", "disabled", each problem, and "requested", "handed_back".
using AccountCounts = std::map<std::string, std::int64_t, std::less<>>;

class WebRegister {
public:
    explicit WebRegister(sql::Database database) : database_(std::move(database)) {}

    std::vector<WebSystem> systems() const;  ///< by name
    std::optional<WebSystem> system(std::int64_t id) const;
    /// By number or name; throws StoreError when there is none.
    WebSystem find_system(const std::string& text) const;
    /// Throws StoreError for a name that is there.
    std::int64_t add_system(const WebSystem& system, Instant now);
    void change_system(const WebSystem& system);
    /// With its accounts. False when there is none.
    bool remove_system(std::int64_t id);

    /// The lines take the place of the system's list. An account that is missing is gone, and revoked where that was
    /// asked for; one that is back begins anew. Only counts when it is to be tried.
    ImportCounts import(std::int64_t system_id, const std::vector<WebAccountLine>& lines, const ChangedBy& by,
                        bool try_only);

    /// By system, unit's path and account; `total` becomes how many there are beyond the page.
    std::vector<WebAccount> accounts(const AccountFilter& filter, const AccountLimits& limits,
                                     std::int64_t& total) const;
    std::optional<WebAccount> account(std::int64_t id, const AccountLimits& limits) const;
    /// By unit; `filter.problem`, `revocation` and the page do not count.
    std::map<std::int64_t, AccountCounts> counts(const AccountFilter& filter, const AccountLimits& limits) const;
    void set_revocation(std::int64_t id, const std::string& state, const std::string& note, const ChangedBy& by);

private:
    sql::Database database_;
};

/// Within the caller's transaction. Systems and accounts of the unit are of the one that has its place.
void web_register_follows_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch
