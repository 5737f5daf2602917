// Port: the Windows registry, read only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wardwatch {

enum class Hive { local_machine, users };
enum class RegistryView { native, wow64_32 };

/// REG_SZ and REG_EXPAND_SZ (unexpanded) as UTF-8 text, REG_DWORD and REG_QWORD as number, REG_MULTI_SZ, REG_BINARY.
using RegistryData = std::variant<std::string, std::uint64_t, std::vector<std::string>, std::vector<std::byte>>;

class Registry {
public:
    virtual ~Registry() = default;
    /// Empty when the key or the value does not exist. `key` has backslashes and no leading hive.
    virtual std::optional<RegistryData> value(Hive hive, std::string_view key, std::string_view name,
                                              RegistryView view = RegistryView::native) const = 0;
    /// Names of the direct sub-keys; empty when the key does not exist.
    virtual std::vector<std::string> subkeys(Hive hive, std::string_view key,
                                             RegistryView view = RegistryView::native) const = 0;
};

}  // namespace wardwatch
