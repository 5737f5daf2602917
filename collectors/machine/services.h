// Port: the services and drivers that are installed on Windows.
#pragma once

#include <string>
#include <vector>

namespace wardwatch {

struct Service {
    std::string name;      ///< the service's own name ("ekrn"), never its display name, which is in the PC's language
    bool running = false;  ///< or about to run; a service that is stopping, paused or stopped is not
};

class Services {
public:
    virtual ~Services() = default;
    /// Every installed service, ordered by name, running or not.
    virtual std::vector<Service> all() const = 0;
    /// Every installed file-system driver of the load order group "FSFilter Anti-Virus", ordered by name. Windows
    /// reserves the group for antivirus, so a product that looks at files as they are opened has a driver in it.
    virtual std::vector<Service> antivirus_drivers() const = 0;
};

}  // namespace wardwatch
