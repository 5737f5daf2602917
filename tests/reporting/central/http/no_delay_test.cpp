// Neither end of a connection holds small packets back. Asked of the sockets themselves, as no clock is to be trusted;
// only Linux shows a process its own.
#ifdef __linux__

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "reporting/client/https.h"
#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;
using namespace std::chrono_literals;

namespace {

std::optional<int> option_of(int descriptor, int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    if (getsockopt(descriptor, level, name, &value, &size) != 0) return std::nullopt;
    return value;
}

bool is_connected_tcp(int descriptor) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    return option_of(descriptor, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP &&
           getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

/// TCP_NODELAY of each of this process's TCP connections.
std::vector<bool> no_delay_of_connections() {
    std::vector<bool> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int descriptor = std::stoi(entry.path().filename().string());
        if (is_connected_tcp(descriptor)) found.push_back(option_of(descriptor, IPPROTO_TCP, TCP_NODELAY) == 1);
    }
    return found;
}

}  // namespace

TEST_CASE("both ends of a connection send small packets at once") {
    Server server(1);
    std::vector<bool> seen;
    const std::uint16_t port = server.listen(agents_options(), [&](const HttpRequest&) {
        seen = no_delay_of_connections();
        return HttpResponse{200, {}, R"({"want_report":true,"commands":[]})"};
    });
    const Identity identity = identity_of(authority());
    CHECK(client_of(port).send_heartbeat(identity, {}).want_report);
    CHECK(seen == std::vector{true, true});
    seen.clear();
    const Client client = client_of(port, 60s, std::make_shared<HttpsConnection>());
    client.poll(identity, {});
    client.poll(identity, {});
    CHECK(seen == std::vector{true, true});
}

#endif
