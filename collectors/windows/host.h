// The host port of a Windows PC.
#pragma once

#include <cstdint>
#include <string_view>

#include "collectors/machine/host.h"
#include "collectors/machine/registry.h"

namespace wardwatch {

class WindowsHost : public Host {
public:
    /// `registry` must outlive this.
    explicit WindowsHost(const Registry& registry) : registry_(registry) {}
    /// The DNS host name: full length, full Unicode.
    std::string name() const override;
    OperatingSystem operating_system() const override;
    Membership membership() const override;
    std::string time_zone() const override;

private:
    const Registry& registry_;
};

struct WindowsVersion {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint32_t build = 0;
    std::string service_pack;  ///< "Service Pack 1"; empty when there is none
};

/// Puts the kernel's version and the registry's ProductName, DisplayVersion and UBR together:
/// {"Windows 11 Pro 23H2", "10.0.22631.2861", 22631}.
OperatingSystem describe_windows(const WindowsVersion& version, const Registry& registry);

}  // namespace wardwatch
