// The questions that the administrator's command line asks the running service, and the answers. One JSON object in
// UTF-8 on one line each way, then the connection ends. docs/agent.md lists them. How the lines travel:
// control_channel.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "agent/loop/agent_status.h"
#include "agent/scan/scan_requests.h"

namespace wardwatch {

inline constexpr int control_protocol = 1;

// --- for the service ---

struct ControlPorts {
    std::string run;  ///< a UUID of this start of the service: scan numbers count from 1 at each start
    std::shared_ptr<ScanRequests> requests;
    std::shared_ptr<const AgentStatusBoard> status;
};

/// The answer to one request, both without the line's end. A request that is not understood gets an answer that says
/// why. Thread safe; waits for nothing.
std::string answer_control(std::string_view request, const ControlPorts& ports);

/// An answer {"protocol":1,"error":code,"problem":…}.
std::string control_refusal(std::string_view code, const std::string& problem);

// --- for the command line; errors: ControlError (control_channel.h) ---

struct ScanTicket {
    std::string run;
    std::uint64_t number = 0;
};

struct LiveStatus {
    std::string agent_version;
    std::string policy_id;
    std::string policy_version;
    AgentStatus agent;
    std::uint64_t scan_number = 0;  ///< 0: none is running
    ScanStatus scan;                ///< the one that is running
};

/// Asks the service of this data folder for a scan.
ScanTicket ask_for_scan(const std::filesystem::path& folder);

/// What has become of it. Throws ControlError when the service was started anew meanwhile.
ScanStatus ask_about_scan(const std::filesystem::path& folder, const ScanTicket& ticket);

LiveStatus ask_live_status(const std::filesystem::path& folder);

// The same without the journey.
std::string scan_request();
std::string scan_status_request(std::uint64_t number);
std::string status_request();
ScanTicket read_scan_ticket(std::string_view answer);
ScanStatus read_scan_status(std::string_view answer, const ScanTicket& ticket);
LiveStatus read_live_status(std::string_view answer);

}  // namespace wardwatch
