// Units by what people write for them in tables of thousands of lines.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/units/store.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

/// Finds units by number, path or name for thousands of lines. As it is written comes first; case and diacritics count
/// only where they are needed to tell units apart.
class UnitNames {
public:
    explicit UnitNames(const std::vector<Unit>& units);
    /// Nothing when none or several are called so; `reason` then says which.
    std::optional<std::int64_t> find(const std::string& text, Text& reason) const;

private:
    std::map<std::string, std::vector<std::int64_t>> by_key_;
};

}  // namespace wardwatch
