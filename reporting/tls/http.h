// An HTTP exchange as plain data: what the centre's API and the agent's client speak of. No sockets here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardwatch {

/// Header names compare without regard to case.
struct HeaderLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};
using Headers = std::map<std::string, std::string, HeaderLess>;

struct CertificateInfo;  // pki.h

struct HttpRequest {
    std::string method;  ///< "GET"
    std::string target;  ///< "/v1/reports?x=1"
    Headers headers;
    std::string body;
    std::string remote_address;  ///< filled in by the listener: "10.1.2.3"
    /// Filled in by the listener after its chain was verified; empty when the client showed none. Looked at once: the
    /// same object in all requests of a connection.
    std::shared_ptr<const CertificateInfo> client_certificate;
    /// The handler's own mark, which it finds again in the connection's next request; 0 in its first. Requests of one
    /// connection are answered one after the other. Null where no listener filled it in.
    std::shared_ptr<std::uint64_t> admitted = nullptr;
};

struct HttpResponse {
    unsigned status = 200;
    Headers headers;
    std::string body;
    std::vector<std::string> more_cookies = {};  ///< of the centre's answers: further Set-Cookie headers
    /// Of the centre's answers alone: the body goes on with what this returns until it returns nothing, or the client
    /// or the server ends it. Asked at once and then every second, on a thread of the pool, which it must not keep.
    std::function<std::optional<std::string>()> go_on = {};
};

}  // namespace wardwatch
