#include "collectors/credential_stores/official_hosts.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "collectors/core/ascii.h"
#include "collectors/core/utf8.h"
#include "collectors/credential_stores/public_suffix.h"

namespace wardwatch {
namespace {

// Punycode's constants and bias adaptation, RFC 3492 sections 5 and 6.1.
constexpr std::uint32_t punycode_base = 36;
constexpr std::uint32_t least = 1;
constexpr std::uint32_t most = 26;

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) {
    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    for (; delta > ((punycode_base - least) * most) / 2; k += punycode_base) delta /= punycode_base - least;
    return k + (punycode_base - least + 1) * delta / (delta + 38);
}

void append_number(std::string& out, std::uint32_t number, std::uint32_t bias) {
    constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (std::uint32_t k = punycode_base;; k += punycode_base) {
        const std::uint32_t threshold = k <= bias ? least : std::min(k - bias, most);
        if (number < threshold) break;
        out += digits[threshold + (number - threshold) % (punycode_base - threshold)];
        number = (number - threshold) / (punycode_base - threshold);
    }
    out += digits[number];
}

// RFC 3492 section 6.3. A label is at most 63 characters, so nothing can overflow.
std::string punycode(const std::u32string& label) {
    std::string out;
    for (const char32_t c : label) {
        if (c < 0x80) out += static_cast<char>(c);
    }
    const auto basic = static_cast<std::uint32_t>(out.size());
    std::uint32_t handled = basic;
    if (basic > 0) out += '-';
    std::uint32_t point = 0x80;
    std::uint32_t delta = 0;
    std::uint32_t bias = 72;
    while (handled < label.size()) {
        char32_t next = std::numeric_limits<char32_t>::max();
        for (const char32_t c : label) {
            if (c >= point) next = std::min(next, c);
        }
        delta += (static_cast<std::uint32_t>(next) - point) * (handled + 1);
        point = static_cast<std::uint32_t>(next);
        for (const char32_t c : label) {
            if (c < point) ++delta;
            if (c != point) continue;
            append_number(out, delta, bias);
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++point;
    }
    return out;
}

// Empty when it is no label.
std::string ascii_label(std::string_view label) {
    std::string lowered = ascii_lower(label);
    const bool ascii =
        std::all_of(lowered.begin(), lowered.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) return lowered;
    const std::optional<std::u32string> points = decode_utf8(lowered);
    if (!points || points->size() > 63) return {};
    return "xn--" + punycode(*points);
}

// The part between "scheme://" and the path, without user and port; empty unless http or https.
std::string_view host_of(std::string_view url) {
    const std::size_t scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return {};
    const std::string scheme = ascii_lower(url.substr(0, scheme_end));
    if (scheme != "http" && scheme != "https") return {};
    std::string_view authority = url.substr(scheme_end + 3);
    // Browsers read a backslash as a slash.
    authority = authority.substr(0, authority.find_first_of("/\\?#"));
    if (const std::size_t user_end = authority.rfind('@'); user_end != std::string_view::npos) {
        authority.remove_prefix(user_end + 1);
    }
    return authority.substr(0, authority.find(':'));
}

}  // namespace

std::string ascii_host(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.empty() || host.size() > 253 || host.find_first_of("[]*/@: ") != std::string_view::npos) return {};
    std::string result;
    while (true) {
        const std::size_t end = std::min(host.find('.'), host.size());
        const std::string label = ascii_label(host.substr(0, end));
        if (label.empty()) return {};
        result += label;
        if (end == host.size()) return result;
        result += '.';
        host.remove_prefix(end + 1);
    }
}

namespace {

bool covers_children(std::string_view pattern) { return pattern.starts_with("*."); }

std::string host_of_pattern(std::string_view pattern) {
    return ascii_host(covers_children(pattern) ? pattern.substr(2) : pattern);
}

}  // namespace

bool is_host_pattern(std::string_view pattern) {
    const std::string host = host_of_pattern(pattern);
    // A host of its own may have one label: "http://vanban/" in an office's network.
    return !host.empty() && !(covers_children(pattern) && is_public_suffix(host));
}

OfficialHosts::OfficialHosts(std::span<const std::string> patterns) {
    for (const std::string& pattern : patterns) {
        if (is_host_pattern(pattern)) {
            (covers_children(pattern) ? parents_ : exact_).push_back(host_of_pattern(pattern));
        }
    }
}

bool OfficialHosts::match_url(std::string_view url) const {
    const std::string host = ascii_host(host_of(url));
    if (host.empty()) return false;
    if (std::find(exact_.begin(), exact_.end(), host) != exact_.end()) return true;
    return std::any_of(parents_.begin(), parents_.end(), [&host](const std::string& parent) {
        return host == parent ||
               (host.size() > parent.size() && host.ends_with(parent) && host[host.size() - parent.size() - 1] == '.');
    });
}

}  // namespace wardwatch
