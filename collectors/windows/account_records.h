// What Windows' account database says, as facts about an account. Pure functions of plain records, so that they are
// tested on both systems; the calls are in accounts.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collectors/machine/accounts.h"

namespace wardwatch {

/// The part of USER_INFO_3 that is used.
struct UserRecord {
    std::string name;
    std::uint32_t rid = 0;
    std::uint32_t flags = 0;             ///< UF_…
    std::uint32_t password_age = 0;      ///< seconds
    std::uint32_t last_logon = 0;        ///< seconds since 1970; 0: never
    std::uint32_t password_expired = 0;  ///< not 0: must be changed at the next logon
    bool microsoft_account = false;
};

/// `asked_at`: when Windows was asked, from which the password's age counts back. `incomplete`: why password_age,
/// last_logon and password_expired were not given (information level 20).
Account account_of(const UserRecord& record, Instant asked_at, const std::optional<Reason>& incomplete = {});

/// A domain's user about whom nothing but `sid` is known, for `reason`.
Account unknown_domain_user(const std::string& sid, const Unknown& reason);
/// The record of a domain controller. A name that ends in "$" is a computer's or a service's.
Account domain_user_of(const std::string& sid, const std::string& domain, const UserRecord& record, Instant asked_at);

/// USER_MODALS_INFO_0: seconds, 0xFFFFFFFF is "for ever".
struct PasswordRules {
    std::uint32_t minimum_length = 0;
    std::uint32_t maximum_age = 0;
    std::uint32_t minimum_age = 0;
    std::uint32_t history_length = 0;
};

/// USER_MODALS_INFO_3.
struct LockoutRules {
    std::uint32_t duration = 0;  ///< seconds
    std::uint32_t threshold = 0;
};

void apply_rules(const std::variant<PasswordRules, Unknown>& rules, PasswordPolicy& policy);
void apply_rules(const std::variant<LockoutRules, Unknown>& rules, PasswordPolicy& policy);
/// The PasswordProperties of DOMAIN_PASSWORD_INFORMATION.
void apply_properties(const std::variant<std::uint32_t, Unknown>& properties, PasswordPolicy& policy);

}  // namespace wardwatch
