// Where to listen.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace wardwatch {

/// what() says what was written and what to write.
class EndpointError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Endpoint {
    std::string address;  ///< "0.0.0.0", "::1"
    std::uint16_t port = 0;
};

/// "127.0.0.1:8443" or "[::1]:8443"; throws EndpointError for anything else.
Endpoint parse_endpoint(const std::string& text);

/// Whether this process could listen there now. Throws EndpointError for what is no IP address.
bool can_listen(const Endpoint& endpoint);

}  // namespace wardwatch
