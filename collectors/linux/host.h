// The host port of a Linux PC.
#pragma once

#include <filesystem>

#include "collectors/machine/host.h"

namespace wardwatch {

class LinuxHost : public Host {
public:
    /// `root` is where this PC's file system begins; tests give a folder.
    explicit LinuxHost(std::filesystem::path root = "/") : root_(std::move(root)) {}
    std::string name() const override;
    /// From /etc/os-release, else /usr/lib/os-release: PRETTY_NAME and VERSION_ID ("rolling" when it has none).
    OperatingSystem operating_system() const override;
    /// Always standalone: Linux desktops of the office are not joined to a domain.
    Membership membership() const override;
    /// From /etc/timezone, else from where /etc/localtime points.
    std::string time_zone() const override;

private:
    std::filesystem::path root_;
};

}  // namespace wardwatch
