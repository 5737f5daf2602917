// A proxy before a listener tells whose connection it passes on: the PROXY protocol, versions 1 and 2, as
// https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt has it. Who names a proxy believes what it tells.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace wardwatch {

/// what() says what was written, and what to write.
class ProxyError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Addresses of proxies.
class Proxies {
public:
    Proxies() = default;
    /// Each "10.0.0.5", "10.0.0.0/24", "fd00::5" or "fd00::/8". Throws ProxyError for anything else, and for an address
    /// that has bits behind its network.
    explicit Proxies(const std::vector<std::string>& named);
    /// As peer_address() writes addresses. False for a text that is none.
    bool holds(const std::string& address) const;

private:
    struct Network {
        std::vector<std::uint8_t> address;  ///< 4 or 16 bytes
        unsigned bits = 0;
    };
    std::vector<Network> networks_;
};

/// How many more bytes of a connection's begin belong to the header for certain, after those that came; 0: it is
/// complete. Never more than it has, since TLS follows at once. Throws ProxyError as soon as it cannot become one.
std::size_t proxy_header_wants(std::string_view came);

/// The client's address that a complete header tells. Empty where it tells none: the proxy itself asks (its look
/// whether we live), or does not know. Throws ProxyError.
std::string proxied_address(std::string_view header);

}  // namespace wardwatch
