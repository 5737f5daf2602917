#include "collectors/linux/windows_only.h"

#include "collectors/machine/machine.h"
#include "embedded/reasons.h"

namespace wardwatch {

std::optional<RegistryData> NoRegistry::value(Hive, std::string_view, std::string_view, RegistryView) const {
    throw PortError(reasons::registry_on_windows_only());
}

std::vector<std::string> NoRegistry::subkeys(Hive, std::string_view, RegistryView) const {
    throw PortError(reasons::registry_on_windows_only());
}

std::vector<AntivirusProduct> NoSecurityCenter::antivirus_products(std::chrono::seconds) const {
    throw PortError(reasons::security_center_on_windows_only());
}

std::vector<Service> NoServices::all() const { throw PortError(reasons::services_on_windows_only()); }

std::vector<Service> NoServices::antivirus_drivers() const { throw PortError(reasons::services_on_windows_only()); }

std::vector<WmiRow> NoWmi::query(std::string_view, std::string_view, std::chrono::seconds) const {
    throw PortError(reasons::wmi_on_windows_only());
}

}  // namespace wardwatch
