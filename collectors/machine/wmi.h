// Port: Windows Management Instrumentation, queries only.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wardwatch {

/// monostate is WMI's null. CIM_DATETIME and 64-bit integers that WMI hands out as text stay text.
using WmiValue = std::variant<std::monostate, bool, std::int64_t, std::string>;
using WmiRow = std::map<std::string, WmiValue, std::less<>>;

class Wmi {
public:
    virtual ~Wmi() = default;
    /// `name_space` as in "ROOT\\SecurityCenter2". Throws PortError when the namespace or class does not exist, and
    /// "timed out after N s" when `limit` is over; a hung call never blocks the caller.
    virtual std::vector<WmiRow> query(std::string_view name_space, std::string_view wql,
                                      std::chrono::seconds limit) const = 0;
};

}  // namespace wardwatch
