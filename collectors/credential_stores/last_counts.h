// What was counted of each profile the last time that it could be: a browser may hold its store so that nobody else
// reads it while it runs.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/core/fact.h"

namespace wardwatch {

/// The counts that are kept, as fields of browser_credentials. The fact of a kept one is called "last_…".
constexpr std::array<std::string_view, 3> kept_counts = {"saved", "account_store_saved", "official"};

class LastCounts {
public:
    struct Count {
        std::int64_t value;
        Instant at;  ///< when it was counted, UTC
    };

    /// `previous`: the facts of the newest report; `at`: when a scan found them last. What that scan could not count
    /// either stands in its own last_… facts. Without `at` nothing is known.
    LastCounts(const Facts& previous, const std::optional<Instant>& at);

    /// Of one of `kept_counts` of a profile.
    std::optional<Count> of(const std::string& instance, std::string_view field) const;

private:
    std::map<std::string, std::map<std::string, Count, std::less<>>> counts_;
};

}  // namespace wardwatch
