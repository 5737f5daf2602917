// The services port of a Windows PC.
#pragma once

#include "collectors/machine/services.h"

namespace wardwatch {

/// Asks the service manager with the right to list and no other. Throws PortError.
class WindowsServices : public Services {
public:
    std::vector<Service> all() const override;
    std::vector<Service> antivirus_drivers() const override;
};

}  // namespace wardwatch
