// The real centre: each call makes a client through the proxy of that moment.
#include "agent/centre/centre.h"

#include <utility>

namespace wardwatch {

std::string user_agent() {
#ifdef _WIN32
    return "wardwatch/" WARDWATCH_VERSION " (windows)";
#else
    return "wardwatch/" WARDWATCH_VERSION " (linux)";
#endif
}

Client make_client(const std::string& url, const FindProxy& find_proxy, std::shared_ptr<HttpsConnection> kept) {
    parse_centre_url(url);  // before a proxy is looked for, which may take seconds
    return Client(url, user_agent(), Client::default_deadline, find_proxy(), std::move(kept));
}

Centre make_centre(const std::string& url, FindProxy find_proxy, const std::shared_ptr<HttpsConnection>& kept) {
    parse_centre_url(url);
    const auto client = [url, find_proxy = std::move(find_proxy), kept] { return make_client(url, find_proxy, kept); };
    return {
        [client](const Identity& identity, std::string_view json, bool deflate) {
            return client().send_report(identity, json, deflate);
        },
        [client](const Identity& identity, const Heartbeat& heartbeat) {
            return client().send_heartbeat(identity, heartbeat);
        },
        [client](const Identity& identity) { return client().renew(identity); },
        [client](const Identity& identity, const Poll& poll) { return client().poll(identity, poll); },
        [client](const Identity& identity, const std::string& id, const CommandReport& report) {
            client().report_command(identity, id, report);
        },
        [client](const Identity& identity, const std::string& version, std::int64_t position) {
            return client().update_piece(identity, version, position);
        },
    };
}

}  // namespace wardwatch
