// Port: what this PC is called and what runs on it.
#pragma once

#include <optional>
#include <string>

namespace wardwatch {

struct OperatingSystem {
    std::string name;          ///< "Windows 10 Pro", "Debian GNU/Linux 12 (bookworm)"
    std::string version;       ///< "10.0.19045", "12"
    std::optional<int> build;  ///< Windows only: 19045
};

struct Membership {
    std::string kind;  ///< "domain", "workgroup" or "standalone"
    std::string name;  ///< NetBIOS name of the domain or workgroup; empty when standalone
};

class Host {
public:
    virtual ~Host() = default;
    virtual std::string name() const = 0;
    virtual OperatingSystem operating_system() const = 0;
    virtual Membership membership() const = 0;
    /// Windows: the key name ("SE Asia Standard Time"), the same in every display language. Linux: the IANA name.
    virtual std::string time_zone() const = 0;
};

}  // namespace wardwatch
