// The proxy of the environment: https_proxy and no_proxy.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "agent/centre/system_proxy.h"

namespace wardwatch {
namespace {

std::string environment(const char* name, const char* other_name) {
    for (const char* each : {name, other_name})
        if (const char* value = std::getenv(each); value && *value != '\0') return value;
    return {};
}

// There "example.vn" and ".example.vn" stand for the host and everything below it.
std::string with_hosts_below(std::string_view no_proxy) {
    constexpr std::string_view separators = ", \t";
    std::string bypass;
    while (!no_proxy.empty()) {
        const std::size_t end = std::min(no_proxy.find_first_of(separators), no_proxy.size());
        std::string_view entry = no_proxy.substr(0, end);
        no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
        if (entry.starts_with('.')) entry.remove_prefix(1);
        if (!entry.empty()) bypass.append(entry).append(";*.").append(entry).append(";");
    }
    return bypass;
}

}  // namespace

SystemProxy system_proxy(const std::string&) {
    return {environment("https_proxy", "HTTPS_PROXY"), with_hosts_below(environment("no_proxy", "NO_PROXY"))};
}

}  // namespace wardwatch
