// What the client's connection says: requests as Beast's messages, and its problems in words. For connection.cpp alone:
// includes Beast.
#pragma once

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http.hpp>
#include <string>

#include "reporting/client/client.h"
#include "reporting/client/https.h"
#include "reporting/client/url.h"

namespace wardwatch {

inline std::string proxy_name(const ProxyEndpoint& proxy) { return "http://" + host_and_port(proxy.host, proxy.port); }

[[noreturn]] inline void unreachable(const TlsEndpoint& endpoint, const std::string& what) {
    throw CentreUnreachable("The centre at " + host_and_port(endpoint.host, endpoint.port) +
                            (endpoint.proxy ? ", through the proxy " + proxy_name(*endpoint.proxy) + ", " : " ") +
                            what);
}

// The system's own text follows the PC's language; the frequent cases are said in ours.
inline std::string words(const boost::system::error_code& error) {
    namespace asio = boost::asio;
    namespace beast = boost::beast;
    namespace http = boost::beast::http;
    if (error == asio::error::connection_refused) return "nothing listens there (connection refused)";
    if (error == asio::error::timed_out || error == beast::error::timeout) return "no answer in time";
    if (error == asio::error::network_unreachable || error == asio::error::host_unreachable) {
        return "no network path leads there";
    }
    if (error == asio::error::connection_reset || error == asio::error::connection_aborted ||
        error == asio::error::broken_pipe || error == asio::error::eof || error == http::error::end_of_stream ||
        error == http::error::partial_message || error == asio::ssl::error::stream_truncated) {
        return "the connection was closed before the answer was complete";
    }
    return error.message();
}

using Request = boost::beast::http::request<boost::beast::http::string_body>;

// Who asks is said once on a connection: a PC polls all day long.
inline Request message_of(const TlsEndpoint& endpoint, const HttpRequest& request, bool first, bool keep_alive) {
    Request message;
    message.method_string(request.method);
    message.target(request.target);
    message.version(11);
    for (const auto& [name, value] : request.headers) message.set(name, value);
    if (!first) message.erase(boost::beast::http::field::user_agent);
    message.set(boost::beast::http::field::host, host_and_port(endpoint.host, endpoint.port));
    message.keep_alive(keep_alive);
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

// By the number alone: what a proxy writes behind it would get into the log.
inline void refuse_tunnel_unless_open(const TlsEndpoint& endpoint, unsigned status) {
    namespace http = boost::beast::http;
    if (status / 100 == 2) return;
    if (status == 407) {
        unreachable(endpoint,
                    "cannot be reached: the proxy wants a user name and a password (407), which this program does "
                    "not have. Let the proxy pass PCs to the centre without them, or set another proxy.");
    }
    const std::string_view reason = http::obsolete_reason(http::int_to_status(status));
    unreachable(endpoint, "cannot be reached: the proxy opened no tunnel, it answered " + std::to_string(status) +
                              " (" + std::string(reason) + "). Check the proxy's rules and the centre's address.");
}

}  // namespace wardwatch
