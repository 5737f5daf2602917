// One line of shadow(5), and what it says about an account. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/machine/accounts.h"

namespace wardwatch {

struct ShadowEntry {
    std::string password;                 ///< the field as it stands: a hash, "", "!", "*", "!<hash>"
    std::optional<std::int64_t> changed;  ///< days since 1970 of the last change; 0: must be changed at the next logon
    std::optional<std::int64_t> maximum;  ///< days after which the password must be changed
    std::optional<std::int64_t> expires;  ///< days since 1970 from which the account is disabled
};

/// The fields of a line of passwd or shadow.
std::vector<std::string_view> split_fields(std::string_view line);

/// Empty when the line has too few fields.
std::optional<ShadowEntry> parse_shadow_entry(const std::vector<std::string_view>& fields);

/// Fills enabled and the password's facts. `now` tells what is expired.
void apply_shadow(const ShadowEntry& entry, Instant now, Account& account);

}  // namespace wardwatch
