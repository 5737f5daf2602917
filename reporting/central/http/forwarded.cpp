// X-Forwarded-For from its end, as far as it comes from proxies that are trusted.
#include "reporting/central/http/forwarded.h"

#include <arpa/inet.h>

#include <array>
#include <string_view>
#include <utility>

namespace wardwatch {

namespace {

/// As peer_address() writes it: an IPv4 address within IPv6 as the former. Empty for what is no address.
std::string address_of(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t[");
    const std::size_t end = text.find_last_not_of(" \t]");
    if (begin == std::string_view::npos || end < begin) return "";
    const std::string trimmed{text.substr(begin, end - begin + 1)};
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    std::array<char, INET6_ADDRSTRLEN> written{};
    for (const int family : {AF_INET, AF_INET6}) {
        if (inet_pton(family, trimmed.c_str(), bytes.data()) != 1) continue;
        if (inet_ntop(family, bytes.data(), written.data(), written.size()) == nullptr) return "";
        const std::string address = written.data();
        return address.starts_with("::ffff:") && address.find('.') != std::string::npos ? address.substr(7) : address;
    }
    return "";
}

}  // namespace

std::string forwarded_client(const HttpRequest& request, const Proxies& trusted) {
    std::string client = request.remote_address;
    const auto header = request.headers.find("X-Forwarded-For");
    if (header == request.headers.end()) return client;
    std::string_view rest = header->second;
    while (trusted.holds(client) && !rest.empty()) {
        const std::size_t comma = rest.rfind(',');
        const std::string told = address_of(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        if (told.empty()) return client;
        client = told;
        rest = comma == std::string_view::npos ? "" : rest.substr(0, comma);
    }
    return client;
}

Handler for_clients(Proxies trusted, Handler handler) {
    return [trusted = std::move(trusted), handler = std::move(handler)](const HttpRequest& request) {
        std::string client = forwarded_client(request, trusted);
        if (client == request.remote_address) return handler(request);
        HttpRequest told = request;
        told.remote_address = std::move(client);
        return handler(told);
    };
}

}  // namespace wardwatch
