// Strict: what a proxy sends is short and made by a program, so that anything odd is a mistake or an attack.
#include "reporting/central/http/proxies.h"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>

namespace wardwatch {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::string_view text_begin = "PROXY ";
constexpr std::size_t longest_text = 107;  ///< with its line's end, by the specification
constexpr std::string_view binary_begin{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t binary_head = 16;
/// Addresses have 36 bytes; behind them proxies may tell more, of which nothing is used here.
constexpr std::size_t longest_binary_rest = 1024;

[[noreturn]] void refuse(const std::string& what) { throw ProxyError("the PROXY header is wrong: " + what); }

std::uint8_t byte_of(char c) { return static_cast<std::uint8_t>(c); }

std::size_t number_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::size_t>(byte_of(bytes[at])) << 8U | byte_of(bytes[at + 1]);
}

std::vector<std::uint8_t> bytes_of(const asio::ip::address& address) {
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    const auto bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.end()};
}

/// An IPv4 client that a proxy has on an IPv6 socket is an IPv4 client.
std::string plain(const asio::ip::address_v6& address) {
    if (address.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, address).to_string();
    return address.to_string();
}

bool bit_at(const std::vector<std::uint8_t>& bytes, unsigned bit) {
    return (bytes[bit / 8] >> (7 - bit % 8) & 1U) != 0;
}

/// Decimal without anything else; nothing where it is not that or more than `most`.
std::optional<unsigned> small_number(std::string_view text, unsigned most) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool plain_digits = !text.empty() && (text.size() == 1 || text.front() != '0') && text.front() != '-';
    if (error != std::errc{} || end != text.data() + text.size() || !plain_digits || number > most) return std::nullopt;
    return number;
}

/// How many bytes of a binary header follow its 16; refuses what it cannot be.
std::size_t binary_rest(std::string_view head) {
    const unsigned version = byte_of(head[12]) >> 4U;
    const unsigned command = byte_of(head[12]) & 15U;
    if (version != 2) refuse("version " + std::to_string(version));
    if (command > 1) refuse("command " + std::to_string(command));
    const std::size_t rest = number_at(head, 14);
    if (rest > longest_binary_rest) refuse("it is too long");
    return rest;
}

std::size_t binary_wants(std::string_view came) {
    if (came.size() < binary_head) return binary_head - came.size();
    const std::size_t whole = binary_head + binary_rest(came);
    if (came.size() > whole) refuse("more than one");
    return whole - came.size();
}

std::size_t text_wants(std::string_view came) {
    const std::size_t end = came.find('\n');
    if (end != std::string_view::npos) {
        if (end + 1 != came.size() || came[end - 1] != '\r') refuse("its line does not end with CR LF");
        return 0;
    }
    const bool half = came.back() == '\r';
    if (came.find('\r') + 1 < came.size() && came.find('\r') != std::string_view::npos)
        refuse("its line does not end with CR LF");
    // A line has its end before it, so that as many bytes are never too many.
    const std::size_t more = half ? 1 : came.size() < text_begin.size() ? text_begin.size() - came.size() : 2;
    if (came.size() + more > longest_text) refuse("it is too long");
    return more;
}

/// Types, lengths and values that fill what there is.
void check_extras(std::string_view extras) {
    constexpr std::size_t head = 3;
    while (!extras.empty()) {
        if (extras.size() < head || extras.size() < head + number_at(extras, 1)) refuse("what follows the addresses");
        extras.remove_prefix(head + number_at(extras, 1));
    }
}

std::string binary_address(std::string_view header) {
    constexpr unsigned unknown = 0x00;
    constexpr unsigned tcp_of_ipv4 = 0x11;
    constexpr unsigned tcp_of_ipv6 = 0x21;
    const bool asks_itself = (byte_of(header[12]) & 15U) == 0;
    const unsigned family = byte_of(header[13]);
    std::string_view rest = header.substr(binary_head);
    // By the specification nothing of such a header counts.
    if (asks_itself || family == unknown) return "";
    if (family != tcp_of_ipv4 && family != tcp_of_ipv6) refuse("no TCP over IPv4 or IPv6");
    const std::size_t addresses = family == tcp_of_ipv4 ? 12 : 36;
    if (rest.size() < addresses) refuse("its addresses are cut short");
    check_extras(rest.substr(addresses));
    if (family == tcp_of_ipv4) {
        asio::ip::address_v4::bytes_type bytes{};
        std::transform(rest.begin(), rest.begin() + 4, bytes.begin(), byte_of);
        return asio::ip::address_v4{bytes}.to_string();
    }
    asio::ip::address_v6::bytes_type bytes{};
    std::transform(rest.begin(), rest.begin() + 16, bytes.begin(), byte_of);
    return plain(asio::ip::address_v6{bytes});
}

/// "TCP4 192.0.2.1 192.0.2.2 50000 8443"
std::string text_address(std::string_view line) {
    std::array<std::string_view, 5> words;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::size_t end = i + 1 == words.size() ? line.size() : line.find(' ');
        if (end == std::string_view::npos) refuse("it lacks a word");
        words.at(i) = line.substr(0, end);
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    constexpr unsigned highest_port = 65535;
    if (!small_number(words[3], highest_port) || !small_number(words[4], highest_port)) refuse("a port is none");
    error_code wrong;
    if (words[0] == "TCP4") {
        const auto from = asio::ip::make_address_v4(words[1], wrong);
        if (!wrong) asio::ip::make_address_v4(words[2], wrong);
        if (wrong) refuse("an address is none");
        return from.to_string();
    }
    if (words[0] != "TCP6" || words[1].find('%') != std::string_view::npos) refuse("no TCP4, TCP6 or UNKNOWN");
    const auto from = asio::ip::make_address_v6(words[1], wrong);
    if (!wrong) asio::ip::make_address_v6(words[2], wrong);
    if (wrong) refuse("an address is none");
    return plain(from);
}

}  // namespace

Proxies::Proxies(const std::vector<std::string>& named) {
    for (const std::string& name : named) {
        const std::size_t slash = name.find('/');
        error_code wrong;
        const asio::ip::address address = asio::ip::make_address(name.substr(0, slash), wrong);
        const auto refuse_it = [&] {
            throw ProxyError("\"" + name + "\" is no address or network; write 10.0.0.5, 10.0.0.0/24 or fd00::/8");
        };
        if (wrong || name.find('%') != std::string::npos) refuse_it();
        Network network{bytes_of(address), address.is_v4() ? 32U : 128U};
        if (slash != std::string::npos) {
            const std::optional<unsigned> bits = small_number(std::string_view{name}.substr(slash + 1), network.bits);
            if (!bits) refuse_it();
            for (unsigned bit = *bits; bit < network.bits; ++bit) {
                if (bit_at(network.address, bit)) refuse_it();
            }
            network.bits = *bits;
        }
        networks_.push_back(std::move(network));
    }
}

bool Proxies::holds(const std::string& address) const {
    if (networks_.empty()) return false;
    error_code wrong;
    const asio::ip::address read = asio::ip::make_address(address, wrong);
    if (wrong) return false;
    const std::vector<std::uint8_t> bytes = bytes_of(read);
    return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
        if (network.address.size() != bytes.size()) return false;
        for (unsigned bit = 0; bit < network.bits; ++bit) {
            if (bit_at(network.address, bit) != bit_at(bytes, bit)) return false;
        }
        return true;
    });
}

std::size_t proxy_header_wants(std::string_view came) {
    if (came.empty()) return text_begin.size();
    const bool binary = came.front() == binary_begin.front();
    const std::string_view begin = binary ? binary_begin : text_begin;
    const std::size_t both = std::min(came.size(), begin.size());
    if (came.substr(0, both) != begin.substr(0, both)) refuse("something else came instead");
    return binary ? binary_wants(came) : text_wants(came);
}

std::string proxied_address(std::string_view header) {
    if (header.empty() || proxy_header_wants(header) != 0) refuse("it is cut short");
    if (header.front() == binary_begin.front()) return binary_address(header);
    const std::string_view line = header.substr(text_begin.size(), header.size() - text_begin.size() - 2);
    // By the specification whatever follows does not count.
    if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return "";
    return text_address(line);
}

}  // namespace wardwatch
