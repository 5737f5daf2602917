// The addresses of the centre and of a proxy as an administrator writes them.
#pragma once

#include <string>
#include <string_view>

namespace wardwatch {

struct CentreUrl {
    std::string host;  ///< DNS name in lower case, or an IP address; IPv6 without its brackets
    std::string port;  ///< "1" to "65535"; "443" where none is given
};

/// Accepts "https://host", "https://host:8443", "https://[2001:db8::1]:8443", each with or without a "/" at the end.
/// Throws std::invalid_argument that says what is wrong for anything else.
CentreUrl parse_centre_url(std::string_view url);

/// An HTTP proxy that opens a tunnel to the centre (CONNECT).
struct ProxyEndpoint {
    std::string host;  ///< as in CentreUrl
    std::string port;  ///< "1" to "65535"
    bool operator==(const ProxyEndpoint&) const = default;
};

/// Accepts "http://proxy:3128", "http://proxy" (port 80), each with or without a "/" at the end. Throws
/// std::invalid_argument that says what is wrong for anything else; a password in the text is not repeated.
ProxyEndpoint parse_proxy_url(std::string_view url);

/// "host:8443", an IPv6 address in brackets: for messages and the Host header.
std::string host_and_port(std::string_view host, std::string_view port);

/// The 64 lower-case hex digits of a SHA-256 fingerprint written with or without colons, in any case, with spaces
/// around it. Throws std::invalid_argument that says where to find the right one.
std::string parse_fingerprint(std::string_view text);

}  // namespace wardwatch
