// The machine's name as the system tells it, and what the configuration adds.
#include "reporting/central/own_names.h"

#include <algorithm>
#include <boost/asio/ip/host_name.hpp>

namespace wardwatch {

namespace {

bool is_wildcard(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

}  // namespace

std::string own_name() {
    boost::system::error_code error;
    std::string name = boost::asio::ip::host_name(error);
    return error ? "" : name;
}

std::vector<std::string> certificate_names(const CentralConfig& config) {
    std::vector<std::string> names = config.names;
    for (const std::string& address : {parse_endpoint(config.agents).address, parse_endpoint(config.people).address}) {
        if (!is_wildcard(address)) names.push_back(address);
    }
    for (const std::string& name : {own_name(), std::string{"localhost"}, std::string{"127.0.0.1"}}) {
        if (!name.empty()) names.push_back(name);
    }
    std::vector<std::string> unique;
    for (const std::string& name : names) {
        if (std::find(unique.begin(), unique.end(), name) == unique.end()) unique.push_back(name);
    }
    return unique;
}

std::string url_of(const Endpoint& endpoint, std::uint16_t port, const std::vector<std::string>& names) {
    const std::string host = is_wildcard(endpoint.address) ? names.front() : endpoint.address;
    const bool ipv6 = host.find(':') != std::string::npos;
    return "https://" + (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace wardwatch
