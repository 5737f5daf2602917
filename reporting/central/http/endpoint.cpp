// ADDRESS:PORT as an administrator writes it.
#include "reporting/central/http/endpoint.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>

#include "collectors/core/unique_resource.h"

namespace wardwatch {

namespace {

struct SocketTraits {
    static int none() { return -1; }
    static void release(int descriptor) noexcept { close(descriptor); }
};
struct AddressTraits {
    static addrinfo* none() { return nullptr; }
    static void release(addrinfo* list) noexcept { freeaddrinfo(list); }
};

}  // namespace

Endpoint parse_endpoint(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    std::uint16_t port = 0;
    if (colon != std::string::npos && colon > 0) {
        const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
        std::string address = text.substr(0, colon);
        if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
        if (error == std::errc{} && end == text.data() + text.size() && colon + 1 < text.size()) return {address, port};
    }
    throw EndpointError("\"" + text + "\" is no address and port; write 0.0.0.0:8443 or [::1]:8443.");
}

bool can_listen(const Endpoint& endpoint) {
    addrinfo wanted{};
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
    wanted.ai_socktype = SOCK_STREAM;
    UniqueResource<addrinfo*, AddressTraits> found;
    if (getaddrinfo(endpoint.address.c_str(), std::to_string(endpoint.port).c_str(), &wanted, found.receive()) != 0)
        throw EndpointError("\"" + endpoint.address + "\" is no IP address.");
    const UniqueResource<int, SocketTraits> socket_{::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket_) return false;
    const int on = 1;
    setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return bind(socket_.get(), found->ai_addr, found->ai_addrlen) == 0 && listen(socket_.get(), 1) == 0;
}

}  // namespace wardwatch
