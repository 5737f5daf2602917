// The Security Center port of a Windows PC.
#pragma once

#include "collectors/machine/security_center.h"

namespace wardwatch {

class WindowsSecurityCenter : public SecurityCenter {
public:
    /// Throws PortError on systems without Security Center (Windows 7 has no such interface, Windows Server has none).
    std::vector<AntivirusProduct> antivirus_products(std::chrono::seconds limit) const override;
};

}  // namespace wardwatch
