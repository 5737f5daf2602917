// The ports of things that only Windows has.
#pragma once

#include "collectors/machine/registry.h"
#include "collectors/machine/security_center.h"
#include "collectors/machine/services.h"
#include "collectors/machine/wmi.h"

namespace wardwatch {

/// Every function throws PortError "<thing> exists on Windows only".
class NoRegistry : public Registry {
public:
    std::optional<RegistryData> value(Hive, std::string_view, std::string_view, RegistryView) const override;
    std::vector<std::string> subkeys(Hive, std::string_view, RegistryView) const override;
};

class NoSecurityCenter : public SecurityCenter {
public:
    std::vector<AntivirusProduct> antivirus_products(std::chrono::seconds) const override;
};

class NoServices : public Services {
public:
    std::vector<Service> all() const override;
    std::vector<Service> antivirus_drivers() const override;
};

class NoWmi : public Wmi {
public:
    std::vector<WmiRow> query(std::string_view, std::string_view, std::chrono::seconds) const override;
};

}  // namespace wardwatch
