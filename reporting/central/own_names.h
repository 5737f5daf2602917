// By what names this centre is known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reporting/central/http/endpoint.h"
#include "reporting/central/operation/config.h"

namespace wardwatch {

/// The name that this machine calls itself; empty when it tells none.
std::string own_name();

/// What the server's certificate is for: the given names first, then the machine's own, without repeats. Throws
/// EndpointError for an address that is none.
std::vector<std::string> certificate_names(const CentralConfig& config);

/// "https://centre.example:8443"; by the first name where the endpoint is all of the machine's addresses.
std::string url_of(const Endpoint& endpoint, std::uint16_t port, const std::vector<std::string>& names);

}  // namespace wardwatch
