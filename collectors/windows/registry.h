// The registry port of a Windows PC.
#pragma once

#include "collectors/machine/registry.h"

namespace wardwatch {

class WindowsRegistry : public Registry {
public:
    /// An absent key or value is empty; every other failure throws PortError with the Win32 code.
    std::optional<RegistryData> value(Hive hive, std::string_view key, std::string_view name,
                                      RegistryView view = RegistryView::native) const override;
    std::vector<std::string> subkeys(Hive hive, std::string_view key,
                                     RegistryView view = RegistryView::native) const override;
};

/// Bytes of a registry value of a Windows type (REG_SZ, …), as the port hands them out. Throws PortError for other
/// types.
RegistryData registry_data(unsigned long type, const std::vector<std::byte>& bytes);

}  // namespace wardwatch
