// What the setting `proxy` and the system's exceptions mean for one host.
#include "agent/centre/proxy.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "collectors/core/ascii.h"
#include "reporting/client/client.h"

namespace wardwatch {
namespace {

constexpr std::chrono::minutes lookup_lifetime{5};

std::vector<std::string> proxy_entries(std::string_view text) {
    constexpr std::string_view separators = ";, \t\r\n";
    std::vector<std::string> entries;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) entries.push_back(ascii_lower(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return entries;
}

// '*' stands for any letters, also none.
bool matches(std::string_view pattern, std::string_view text) {
    while (!pattern.empty()) {
        if (pattern.front() == '*') {
            pattern.remove_prefix(1);
            if (pattern.empty()) return true;
            for (std::size_t from = 0; from <= text.size(); ++from)
                if (matches(pattern, text.substr(from))) return true;
            return false;
        }
        if (text.empty() || text.front() != pattern.front()) return false;
        pattern.remove_prefix(1);
        text.remove_prefix(1);
    }
    return text.empty();
}

bool is_this_pc(std::string_view host) {
    const bool ipv4 = host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
    return ipv4 || host == "::1" || host == "localhost" || host.ends_with(".localhost");
}

bool is_bypassed(std::string_view host, std::string_view bypass) {
    const bool plain_name = host.find_first_of(".:") == std::string_view::npos;
    return std::ranges::any_of(proxy_entries(bypass), [&](std::string_view entry) {
        if (entry == "<local>") return plain_name;
        if (entry.starts_with("https://")) entry.remove_prefix(8);
        if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
        return matches(entry, host);
    });
}

// Windows' form: "https=proxy:3128" is for https, "proxy:3128" for every scheme, "http=…", "socks=…" are not for us.
std::string server_for_https(std::string_view servers) {
    std::string for_all;
    for (const std::string& entry : proxy_entries(servers)) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos && for_all.empty()) for_all = entry;
        if (equals != std::string::npos && entry.substr(0, equals) == "https") return entry.substr(equals + 1);
    }
    return for_all;
}

/// The system's answer for one centre, kept for a while.
class SystemProxyLookup {
public:
    explicit SystemProxyLookup(std::string url) : url_(std::move(url)), host_(parse_centre_url(url_).host) {}

    std::optional<ProxyEndpoint> find() {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        if (!known_until_ || now >= *known_until_) {
            system_ = is_this_pc(host_) ? SystemProxy{} : system_proxy(url_);
            known_until_ = std::chrono::steady_clock::now() + lookup_lifetime;
        }
        try {
            return choose_proxy(system_, host_);
        } catch (const std::invalid_argument& error) {
            throw CentreUnreachable(std::string("The system's proxy: ") + error.what() +
                                    " Or give Wardwatch's setting proxy a value of its own.");
        }
    }

private:
    const std::string url_;
    const std::string host_;
    std::mutex mutex_;
    SystemProxy system_;
    std::optional<std::chrono::steady_clock::time_point> known_until_;
};

}  // namespace

std::optional<ProxyEndpoint> choose_proxy(const SystemProxy& system, std::string_view host) {
    if (is_this_pc(host)) return std::nullopt;
    const std::string server = server_for_https(system.servers);
    if (server.empty() || server == "direct" || is_bypassed(host, system.bypass)) return std::nullopt;
    return parse_proxy_url(server.find("://") == std::string::npos ? "http://" + server : server);
}

FindProxy proxy_finder(const std::string& setting, const std::string& collector_url) {
    if (setting == "none") return [] { return std::optional<ProxyEndpoint>(); };
    if (setting != "system") return [proxy = parse_proxy_url(setting)] { return std::optional(proxy); };
    return [lookup = std::make_shared<SystemProxyLookup>(collector_url)] { return lookup->find(); };
}

}  // namespace wardwatch
