// Port: the accounts of this PC and its password policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

/// An instant, nothing ("never"), or why it could not be read.
using MaybeInstant = std::variant<std::monostate, Instant, Unknown>;
/// A flag, or why it could not be read.
using MaybeFlag = std::variant<bool, Unknown>;

struct Account {
    std::string name;  ///< SAM or passwd name, UTF-8
    std::uint32_t id;  ///< RID on Windows (500 Administrator, 501 Guest, …), uid on Linux
    bool human;        ///< a person logs on with it: no service, machine or system account
    bool microsoft_account =
        false;  ///< Windows 8 and later: connected to a Microsoft account, which keeps its password
    MaybeFlag enabled;
    MaybeFlag password_logon;          ///< false: no password can open it (Linux "!" or "*")
    MaybeInstant password_changed_at;  ///< monostate: no password was ever set
    MaybeInstant last_logon_at;        ///< on this PC; monostate: never
    MaybeFlag password_not_required;   ///< a blank password is allowed
    MaybeFlag password_never_expires;
    MaybeFlag password_cannot_change;
    MaybeFlag password_expired;  ///< must be changed at the next logon
    MaybeFlag locked_out;
    std::string source;  ///< "netapi", "passwd+shadow"
    std::string sid{};   ///< Windows: "S-1-5-21-…-1001"; empty elsewhere, and when Windows does not tell it
    /// A domain's or Microsoft Entra's user: its short name ("HANOI", "AzureAD"); empty for an account of this PC.
    std::string domain{};
};

struct PasswordPolicy {
    std::variant<std::int64_t, Unknown> minimum_length;  ///< characters
    /// Whole days, rounded up; monostate: passwords never expire.
    std::variant<std::monostate, std::int64_t, Unknown> maximum_age_days;
    std::variant<std::int64_t, Unknown> minimum_age_days;   ///< whole days, rounded down
    std::variant<std::int64_t, Unknown> history_length;     ///< how many old passwords are refused
    std::variant<std::int64_t, Unknown> lockout_threshold;  ///< wrong attempts; 0: no lockout
    /// Whole minutes, rounded up; monostate: until an administrator unlocks the account.
    std::variant<std::monostate, std::int64_t, Unknown> lockout_minutes;
    MaybeFlag complexity;             ///< Windows: three of five character classes
    MaybeFlag reversible_encryption;  ///< passwords are stored so that they can be read back
};

class Accounts {
public:
    virtual ~Accounts() = default;
    /// Local accounts, enabled or not. Throws on a domain controller, which is not enumerated. `now` is when the scan
    /// began and tells what has expired; what a system tells as seconds since a change, the port counts back from the
    /// moment of its own call.
    virtual std::vector<Account> local_accounts(Instant now) const = 0;
    /// What their domains say of these users, one account for each SID, in the same order; a domain may be on another
    /// continent. No call takes longer than `limit` and all together not longer than three times that: what was not
    /// answered by then is Unknown. `name` and `domain` are empty where Windows does not know them, `last_logon_at` is
    /// for whoever knows the profile. Empty on systems without domains.
    virtual std::vector<Account> domain_users(const std::vector<std::string>& sids, Instant now,
                                              std::chrono::seconds limit) const = 0;
    /// The account's name without its domain: "an.nguyen". A domain may have to tell it; throws PortError after
    /// `limit`.
    virtual std::string name_of(const std::string& sid, std::chrono::seconds limit) const = 0;
    virtual PasswordPolicy password_policy() const = 0;
};

}  // namespace wardwatch
