// Counts the entries of Firefox's logins.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "collectors/core/fact.h"
#include "collectors/credential_stores/official_hosts.h"

namespace wardwatch {

struct FirefoxLogins {
    std::int64_t saved = 0;                ///< without tombstones and the pseudo entry of the Firefox account
    std::int64_t official = 0;             ///< of these, for official hosts
    std::optional<Instant> newest_change;  ///< of timeCreated and timePasswordChanged
    OfficialAge official_age;
};

/// Empty when the text is not a JSON object, `logins` is not a list, or it is nested deeper than Firefox writes.
/// Nothing of the text is kept.
std::optional<FirefoxLogins> count_firefox_logins(std::string_view json, const OfficialHosts& official_hosts);

}  // namespace wardwatch
