// Addresses that mean this machine or its own cable: what answers there trusts whoever can reach it.
#pragma once

#include <sys/socket.h>

#include <string>

namespace wardwatch {

/// Loopback (127.0.0.0/8, ::1), unspecified (0.0.0.0/8, ::, which connect to this machine) and link-local
/// (169.254.0.0/16, fe80::/10), also where an IPv6 address holds an IPv4 one: mapped (::ffff:0:0/96), compatible
/// (::/96), translated (64:ff9b::/96, RFC 6052). False for other families.
bool is_local_address(const sockaddr& address);

/// The same for an address as text, an IPv6 one with or without [ ] and zone. False for a name.
bool is_local_address(const std::string& text);

}  // namespace wardwatch
