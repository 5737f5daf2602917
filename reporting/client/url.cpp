#include "reporting/client/url.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "collectors/core/ascii.h"

namespace wardwatch {

namespace {

/// What is wrong with an address, for the sentence that names it.
class BadAddress : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] void refuse(const std::string& why) { throw BadAddress(why); }

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_hex(char c) { return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); }

bool is_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
           std::all_of(host.begin(), host.end(), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
           });
}

// What makes it an address in truth is found out when it is used; here it only must not be anything else.
bool looks_like_ipv6(std::string_view host) {
    return std::count(host.begin(), host.end(), ':') >= 2 &&
           std::all_of(host.begin(), host.end(), [](char c) { return is_hex(c) || c == ':' || c == '.'; });
}

std::string parse_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535) {
        refuse("the port must be a number from 1 to 65535");
    }
    return std::to_string(port);
}

struct Address {
    std::string host;
    std::string port;
};

Address parse_address(std::string_view url, std::string_view scheme, std::string default_port) {
    if (ascii_lower(url.substr(0, scheme.size())) != scheme) refuse("it must begin with " + std::string(scheme));
    std::string_view rest = url.substr(scheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find('@') != std::string_view::npos) refuse("user names and passwords do not belong there");
    if (rest.find_first_of("/?#\\") != std::string_view::npos) refuse("nothing may follow the port");

    Address result{{}, std::move(default_port)};
    std::string_view after;
    if (rest.starts_with('[')) {
        const std::size_t close = rest.find(']');
        if (close == std::string_view::npos) refuse("the ']' after the IPv6 address is missing");
        result.host = ascii_lower(rest.substr(1, close - 1));
        after = rest.substr(close + 1);
        if (!looks_like_ipv6(result.host)) refuse("there is no IPv6 address between the brackets");
    } else {
        const std::size_t colon = std::min(rest.find(':'), rest.size());
        result.host = ascii_lower(rest.substr(0, colon));
        after = rest.substr(colon);
        if (after.find(':', 1) != std::string_view::npos) refuse("an IPv6 address must stand in brackets");
        if (!is_host_name(result.host)) refuse("the host name is missing or holds characters that it cannot");
    }
    if (after.empty()) return result;
    if (after.front() != ':') refuse("only a port may follow the host");
    result.port = parse_port(after.substr(1));
    return result;
}

}  // namespace

CentreUrl parse_centre_url(std::string_view url) {
    try {
        Address address = parse_address(url, "https://", "443");
        return {std::move(address.host), std::move(address.port)};
    } catch (const BadAddress& why) {
        throw std::invalid_argument("The centre's address '" + std::string(url) + "' cannot be used: " + why.what() +
                                    ". Write it as https://name:8443.");
    }
}

ProxyEndpoint parse_proxy_url(std::string_view url) {
    try {
        Address address = parse_address(url, "http://", "80");
        return {std::move(address.host), std::move(address.port)};
    } catch (const BadAddress& why) {
        // What stands before an '@' may be a password.
        const std::string shown(url.substr(url.rfind('@') == std::string_view::npos ? 0 : url.rfind('@') + 1));
        throw std::invalid_argument("The proxy's address '" + shown + "' cannot be used: " + why.what() +
                                    ". Write it as http://name:3128.");
    }
}

std::string host_and_port(std::string_view host, std::string_view port) {
    const bool ipv6 = host.find(':') != std::string_view::npos;
    std::string text = ipv6 ? "[" + std::string(host) + "]" : std::string(host);
    return text.append(":").append(port);
}

std::string parse_fingerprint(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    std::string digits = ascii_lower(text.substr(begin, end == std::string_view::npos ? 0 : end - begin + 1));
    std::erase(digits, ':');
    if (digits.size() != 64 || !std::all_of(digits.begin(), digits.end(), is_hex)) {
        throw std::invalid_argument(
            "The fingerprint of the centre's CA must be 64 hexadecimal digits (SHA-256), with or without colons; " +
            std::to_string(digits.size()) +
            " characters were given. The centre shows it when it starts and with every enrolment token.");
    }
    return digits;
}

}  // namespace wardwatch
