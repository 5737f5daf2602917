// An HTTP exchange as plain data: what the centre's API and the agent's client speak of. No sockets here.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace wardwatch {

/// Header names compare without regard to case.
struct HeaderLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};
using Headers = std::map<std::string, std::string, HeaderLess>;

struct HttpRequest {
    std::string method;  ///< "GET"
    std::string target;  ///< "/v1/reports?x=1"
    Headers headers;
    std::string body;
    std::string remote_address;          ///< filled in by the listener: "10.1.2.3"
    std::string client_certificate_pem;  ///< filled in by the listener after its chain was verified; else empty
};

struct HttpResponse {
    unsigned status = 200;
    Headers headers;
    std::string body;
};

}  // namespace wardwatch
