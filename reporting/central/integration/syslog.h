// Messages to a syslog server: RFC 5424 in TLS frames (RFC 5425).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

struct SyslogOptions {
    std::string host;
    std::uint16_t port = 6514;
    std::filesystem::path ca_file;           ///< whom to trust; empty: the system's CAs
    std::filesystem::path certificate_file;  ///< ours, PEM; empty: none
    std::filesystem::path key_file;
    std::chrono::seconds deadline{30};
};

struct SyslogMessage {
    int severity = 5;  ///< 0 emergency … 5 notice, 6 informational
    Instant at;
    std::string id;                               ///< "verdict_change"
    std::map<std::string, std::string> elements;  ///< structured data
    std::string text;                             ///< UTF-8
};

class SyslogError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// "<109>1 2026-11-22T03:04:05Z host wardwatch-central - verdict_change [wardwatch@32473 rule="…"] text". Facility 13,
/// log audit. The structured data's number is the one that RFC 5612 keeps for examples: the project has none.
std::string syslog_line(const SyslogMessage& message, const std::string& own_host);

/// Over one connection, which is closed in order afterwards. Syslog knows no answer: what was on its way when a
/// connection broke may be lost. Throws SyslogError with what to do.
void send_syslog(const SyslogOptions& options, const std::vector<std::string>& lines);

}  // namespace wardwatch
