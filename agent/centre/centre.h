// The centre as the agent's loop sees it: plain functions, so that tests give their own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "agent/centre/proxy.h"
#include "reporting/client/client.h"
#include "reporting/client/https.h"

namespace wardwatch {

/// Each throws CentreUnreachable, CentreNotTrusted or CentreRefused, as Client does.
struct Centre {
    std::function<ReportAnswer(const Identity&, std::string_view report_json, bool deflate)> send_report;
    std::function<HeartbeatAnswer(const Identity&, const Heartbeat&)> send_heartbeat;
    std::function<Identity(const Identity&)> renew;
    std::function<PollAnswer(const Identity&, const Poll&)> poll = {};
    std::function<void(const Identity&, const std::string& command_id, const CommandReport&)> report_command = {};
    std::function<std::string(const Identity&, const std::string& version, std::int64_t position)> update_piece = {};
};

/// The real one. Each call asks for the proxy anew, and all go over `kept`: one connection carries what all threads of
/// this program have to say. Throws std::invalid_argument for a URL that is none.
Centre make_centre(const std::string& url, FindProxy find_proxy, const std::shared_ptr<HttpsConnection>& kept);

/// A client for the next exchange, through the proxy of this moment; without `kept`, over a connection of its own.
/// Throws as Client and FindProxy do.
Client make_client(const std::string& url, const FindProxy& find_proxy,
                   std::shared_ptr<HttpsConnection> kept = nullptr);

/// "wardwatch/0.1.0 (windows)".
std::string user_agent();

}  // namespace wardwatch
