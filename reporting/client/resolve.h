// The addresses of a host.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace wardwatch {

/// what() continues "The centre at … ": "could not be found: …" and what to do.
class HostNotFound : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// IP addresses in the system's order, at least one; an address is its own. Throws HostNotFound, at the deadline too.
std::vector<std::string> resolve_host(const std::string& host, std::chrono::steady_clock::time_point deadline);

}  // namespace wardwatch
