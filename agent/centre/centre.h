// The centre as the agent's loop sees it: plain functions, so that tests give their own.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/centre/proxy.h"
#include "reporting/client/client.h"

namespace wardwatch {

/// Each throws CentreUnreachable, CentreNotTrusted or CentreRefused, as Client does.
struct Centre {
    std::function<ReportAnswer(const Identity&, std::string_view report_json)> send_report;
    std::function<HeartbeatAnswer(const Identity&, const Heartbeat&)> send_heartbeat;
    std::function<Identity(const Identity&)> renew;
    std::function<std::vector<ReceivedCommand>(const Identity&, std::chrono::seconds wait,
                                               const std::vector<std::string>& has)>
        wait_for_commands = {};
    std::function<void(const Identity&, const std::string& command_id, const CommandReport&)> report_command = {};
    std::function<std::string(const Identity&, const std::string& version, std::int64_t position)> update_piece = {};
};

/// The real one; used by one thread at a time. Each call asks for the proxy anew. Throws std::invalid_argument for a
/// URL that is none.
Centre make_centre(const std::string& url, FindProxy find_proxy);

/// A client for the next exchange, through the proxy of this moment. Throws as Client and FindProxy do.
Client make_client(const std::string& url, const FindProxy& find_proxy);

/// "wardwatch/0.1.0 (windows)".
std::string user_agent();

}  // namespace wardwatch
