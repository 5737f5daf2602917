// By the bytes: what the system connects to, not what somebody wrote.
#include "reporting/central/integration/local_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace wardwatch {

namespace {

using Bytes4 = std::array<std::uint8_t, 4>;
using Bytes16 = std::array<std::uint8_t, 16>;

bool is_local(const Bytes4& bytes) { return bytes[0] == 127 || bytes[0] == 0 || (bytes[0] == 169 && bytes[1] == 254); }

bool is_local(const Bytes16& bytes) {
    constexpr std::array<std::uint8_t, 12> compatible{};
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    constexpr std::array<std::uint8_t, 12> translated{0, 0x64, 0xff, 0x9b};
    const auto begins_with = [&](const std::array<std::uint8_t, 12>& begin) {
        return std::equal(begin.begin(), begin.end(), bytes.begin());
    };
    if (bytes[0] == 0xfe && (bytes[1] & 0xc0U) == 0x80) return true;
    if (!begins_with(compatible) && !begins_with(mapped) && !begins_with(translated)) return false;
    // ::1 and :: are 0.0.0.1 and 0.0.0.0 here.
    return is_local(Bytes4{bytes[12], bytes[13], bytes[14], bytes[15]});
}

}  // namespace

bool is_local_address(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        Bytes4 bytes{};
        std::memcpy(bytes.data(), &four.sin_addr, bytes.size());
        return is_local(bytes);
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        Bytes16 bytes{};
        std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
        return is_local(bytes);
    }
    return false;
}

bool is_local_address(const std::string& text) {
    std::string bare = text;
    if (bare.starts_with('[') && bare.ends_with(']')) bare = bare.substr(1, bare.size() - 2);
    bare = bare.substr(0, bare.find('%'));
    Bytes4 four{};
    if (inet_pton(AF_INET, bare.c_str(), four.data()) == 1) return is_local(four);
    Bytes16 six{};
    return inet_pton(AF_INET6, bare.c_str(), six.data()) == 1 && is_local(six);
}

}  // namespace wardwatch
