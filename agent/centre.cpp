#include "agent/centre.h"

#include <memory>

namespace wardwatch {

std::string user_agent() {
#ifdef _WIN32
    return "wardwatch/" WARDWATCH_VERSION " (windows)";
#else
    return "wardwatch/" WARDWATCH_VERSION " (linux)";
#endif
}

Centre make_centre(const std::string& url) {
    const auto client = std::make_shared<const Client>(url, user_agent());
    return {
        [client](const Identity& identity, std::string_view json) { client->send_report(identity, json); },
        [client](const Identity& identity, const Heartbeat& heartbeat) {
            return client->send_heartbeat(identity, heartbeat);
        },
        [client](const Identity& identity) { return client->renew(identity); },
        [client](const Identity& identity, std::chrono::seconds wait, const std::vector<std::string>& has) {
            return client->wait_for_commands(identity, wait, has);
        },
        [client](const Identity& identity, const std::string& id, const CommandReport& report) {
            client->report_command(identity, id, report);
        },
    };
}

}  // namespace wardwatch
