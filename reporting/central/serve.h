// Runs the centre: two listeners over one database, until it is told to stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "reporting/central/auth.h"
#include "reporting/central/cli.h"
#include "reporting/central/ldap.h"

namespace wardwatch {

struct Endpoint {
    std::string address;  ///< "0.0.0.0", "::1"
    std::uint16_t port = 0;
};

/// "127.0.0.1:8443" or "[::1]:8443"; throws UsageError for anything else.
Endpoint parse_endpoint(const std::string& text);

struct ServeOptions {
    Endpoint agents;
    Endpoint people;
    std::vector<std::string> names;  ///< under which PCs and people reach this machine, besides its own name
    std::chrono::days silent_after{7};
    std::filesystem::path log_file;  ///< empty: standard error
    SessionLimits session_limits = {};
    LdapOptions directory = {};  ///< without a URL: none
};

/// Returns after SIGTERM or SIGINT. Prints where it listens, the CA's fingerprint and, at the first start, the
/// administrator's password.
void serve(const Cli& cli, const ServeOptions& options);

}  // namespace wardwatch
