// Service accounts: names under which programs hold API tokens. Each has a person for its owner, and no rights beyond
// that person's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct ServiceAccount {
    std::string name;
    std::string owner = {};                       ///< a user; empty: nobody yet, of one that an upgrade made
    std::optional<Instant> owner_needed_by = {};  ///< of one without an owner: then its tokens end
    std::string created_by;
    Instant created_at;
    std::optional<Instant> disabled_at = {};
    std::int64_t tokens = 0;  ///< that are neither revoked nor expired
};

/// How long the tokens of an account go on that has no owner.
inline constexpr std::chrono::days notice_without_owner{30};

/// As thread safe as the store. Functions throw StoreError with a sentence for people.
class ServiceAccounts {
public:
    explicit ServiceAccounts(sql::Database database) : database_(std::move(database)) {}

    /// By name, as they stand at this time.
    std::vector<ServiceAccount> all(Instant now) const;
    std::optional<ServiceAccount> find(const std::string& name, Instant now) const;
    /// Throws where there is no such user, they are disabled, or the name is taken.
    void add(const std::string& name, const std::string& owner, const ChangedBy& by);
    /// Throws where there is no such account or user, or the user is disabled.
    void set_owner(const std::string& name, const std::string& owner);
    /// Its tokens have no rights from the next request on, or have them again. Throws where there is no such account.
    void set_disabled(const std::string& name, bool disabled, Instant now);

private:
    sql::Database database_;
};

/// Throws StoreError unless there is such a user, who is not disabled.
void require_owner(const sql::Reader& reader, const std::string& user);

}  // namespace wardwatch
