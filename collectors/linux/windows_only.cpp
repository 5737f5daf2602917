#include "collectors/linux/windows_only.h"

#include "collectors/machine/machine.h"

namespace wardwatch {

std::optional<RegistryData> NoRegistry::value(Hive, std::string_view, std::string_view, RegistryView) const {
    throw PortError("the registry exists on Windows only");
}

std::vector<std::string> NoRegistry::subkeys(Hive, std::string_view, RegistryView) const {
    throw PortError("the registry exists on Windows only");
}

std::vector<AntivirusProduct> NoSecurityCenter::antivirus_products(std::chrono::seconds) const {
    throw PortError("Windows Security Center exists on Windows only");
}

std::vector<Service> NoServices::all() const { throw PortError("Windows services exist on Windows only"); }

std::vector<Service> NoServices::antivirus_drivers() const {
    throw PortError("Windows services exist on Windows only");
}

std::vector<WmiRow> NoWmi::query(std::string_view, std::string_view, std::chrono::seconds) const {
    throw PortError("WMI exists on Windows only");
}

}  // namespace wardwatch
