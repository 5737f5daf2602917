// The one translation unit of the client that knows Beast: it costs half a minute to compile.
#include "reporting/client/https.h"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <vector>

#include "reporting/client/client.h"
#include "reporting/client/kept_sessions.h"
#include "reporting/client/resolve.h"
#include "reporting/client/trust.h"
#include "reporting/client/url.h"

namespace wardwatch {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::uint64_t answer_limit = 1u << 20;
constexpr std::uint32_t header_limit = 16u << 10;

std::string proxy_name(const ProxyEndpoint& proxy) { return "http://" + host_and_port(proxy.host, proxy.port); }

[[noreturn]] void unreachable(const TlsEndpoint& endpoint, const std::string& what) {
    throw CentreUnreachable("The centre at " + host_and_port(endpoint.host, endpoint.port) +
                            (endpoint.proxy ? ", through the proxy " + proxy_name(*endpoint.proxy) + ", " : " ") +
                            what);
}

// The system's own text follows the PC's language; the frequent cases are said in ours.
std::string words(const error_code& error) {
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

// Of the first hop.
std::vector<tcp::endpoint> resolve(const TlsEndpoint& endpoint, SteadyTime deadline) {
    const std::string& host = endpoint.proxy ? endpoint.proxy->host : endpoint.host;
    const std::string& port = endpoint.proxy ? endpoint.proxy->port : endpoint.port;
    try {
        std::vector<tcp::endpoint> endpoints;
        for (const std::string& address : resolve_host(host, deadline))
            endpoints.emplace_back(asio::ip::make_address(address), static_cast<std::uint16_t>(std::stoul(port)));
        return endpoints;
    } catch (const HostNotFound& error) {
        unreachable(endpoint, error.what());
    }
}

using Request = http::request<http::string_body>;
using Parser = http::response_parser<http::string_body>;

/// A kept connection that had ended before the centre read the request.
class ConnectionGone : public std::exception {};

Request message_of(const TlsEndpoint& endpoint, const HttpRequest& request, bool keep_alive) {
    Request message;
    message.method_string(request.method);
    message.target(request.target);
    message.version(11);
    for (const auto& [name, value] : request.headers) message.set(name, value);
    message.set(http::field::host, host_and_port(endpoint.host, endpoint.port));
    message.keep_alive(keep_alive);
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

/// One connection and the requests that go over it. Destroying it closes everything at once.
class Connection {
public:
    explicit Connection(const TlsEndpoint& endpoint)
        : endpoint_(endpoint), trust_(endpoint_), tls_(trust_.context()), stream_(io_, tls_) {}
    ~Connection() {
        if (connected_) KeptSessions::of_process().keep(stream_.native_handle(), endpoint_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Connects first when there were no requests before. After an exception the connection is of no use any more.
    HttpResponse exchange(const HttpRequest& request, bool keep_alive, SteadyTime deadline) {
        request_ = message_of(endpoint_, request, keep_alive);
        parser_.emplace();
        parser_->body_limit(answer_limit);
        parser_->header_limit(header_limit);
        std::vector<tcp::endpoint> addresses;
        if (!connected_) addresses = resolve(endpoint_, deadline);
        std::exception_ptr failure;
        bool done = false;
        io_.restart();
        // Not run_until(), which wakes the processor every second of a poll that waits.
        asio::steady_timer limit{io_, deadline};
        limit.async_wait([this](const error_code& cancelled) {
            if (!cancelled) io_.stop();
        });
        asio::co_spawn(io_, talk(std::move(addresses), deadline), [&](std::exception_ptr thrown) {
            failure = thrown;
            done = true;
            limit.cancel();
        });
        io_.run();
        if (!done) unreachable(endpoint_, "did not answer in time, " + stage_ + ".");
        if (failure) std::rethrow_exception(failure);
        connected_ = true;
        return answer();
    }

    const TlsEndpoint& endpoint() const { return endpoint_; }
    /// Whether the centre lets it stand for another request.
    bool stays_open() const { return parser_ && parser_->get().keep_alive(); }

private:
    asio::awaitable<void> talk(std::vector<tcp::endpoint> addresses, SteadyTime deadline) {
        if (!connected_) {
            co_await connect(std::move(addresses), deadline);
            if (endpoint_.proxy) co_await open_tunnel();
            co_await shake_hands();
        }
        stage_ = "while the request was sent";
        error_code write_error;
        co_await http::async_write(stream_, request_, asio::redirect_error(asio::use_awaitable, write_error));
        // Also after a failed write there may be something to read that says why: a 413, or, as TLS 1.3 tells it only
        // then, that our certificate is refused.
        stage_ = "while the answer was awaited";
        error_code read_error;
        co_await http::async_read(stream_, buffer_, *parser_, asio::redirect_error(asio::use_awaitable, read_error));
        if (read_error && connected_ && !parser_->got_some()) throw ConnectionGone();
        if (read_error) fail(read_error, write_error);
    }

    // Each address gets its share of the time that is left, so that one that swallows everything (a half-configured
    // IPv6, say) does not keep the next one from being tried.
    asio::awaitable<void> connect(std::vector<tcp::endpoint> addresses, SteadyTime deadline) {
        stage_ = "while connecting";
        error_code error;
        std::string tried;
        for (std::size_t i = 0; i < addresses.size(); ++i) {
            const auto left = deadline - std::chrono::steady_clock::now();
            beast::tcp_stream& tcp_stream = beast::get_lowest_layer(stream_);
            tcp_stream.expires_after(left / static_cast<int>(addresses.size() - i));
            co_await tcp_stream.async_connect(addresses[i], asio::redirect_error(asio::use_awaitable, error));
            if (!error) {
                // A request is written whole: its last packet need not wait for an acknowledgement.
                tcp_stream.socket().set_option(tcp::no_delay(true), error);
                tcp_stream.expires_never();
                co_return;
            }
            tcp_stream.close();
            tried += (tried.empty() ? "" : "; ") + addresses[i].address().to_string() + ": " + words(error);
        }
        unreachable(endpoint_, "cannot be reached (" + tried + "). Check the address, the network and that it runs.");
    }

    // RFC 9110, section 9.3.6. A 2xx answer has no body: what follows it is the centre's.
    asio::awaitable<void> open_tunnel() {
        stage_ = "while the proxy was asked for a tunnel";
        const std::string target = host_and_port(endpoint_.host, endpoint_.port);
        http::request<http::empty_body> ask{http::verb::connect, target, 11};
        ask.set(http::field::host, target);
        ask.set(http::field::user_agent, request_[http::field::user_agent]);
        http::response_parser<http::empty_body> reply;
        reply.skip(true);
        reply.header_limit(header_limit);
        beast::flat_buffer unread;
        beast::tcp_stream& tcp_stream = beast::get_lowest_layer(stream_);
        error_code error;
        co_await http::async_write(tcp_stream, ask, asio::redirect_error(asio::use_awaitable, error));
        if (!error)
            co_await http::async_read_header(tcp_stream, unread, reply,
                                             asio::redirect_error(asio::use_awaitable, error));
        if (error) unreachable(endpoint_, "cannot be reached: the proxy opened no tunnel (" + words(error) + ").");
        refuse_tunnel_unless_open(reply.get().result_int());
        // The client speaks first in TLS, so nothing may have come yet.
        if (unread.size() > 0) unreachable(endpoint_, "cannot be reached: the proxy sent what is no tunnel.");
    }

    // By the number alone: what a proxy writes behind it would get into the log.
    void refuse_tunnel_unless_open(unsigned status) const {
        if (status / 100 == 2) return;
        if (status == 407) {
            unreachable(endpoint_,
                        "cannot be reached: the proxy wants a user name and a password (407), which this program does "
                        "not have. Let the proxy pass PCs to the centre without them, or set another proxy.");
        }
        const std::string_view reason = http::obsolete_reason(http::int_to_status(status));
        unreachable(endpoint_, "cannot be reached: the proxy opened no tunnel, it answered " + std::to_string(status) +
                                   " (" + std::string(reason) + "). Check the proxy's rules and the centre's address.");
    }

    asio::awaitable<void> shake_hands() {
        stage_ = "during the TLS handshake";
        trust_.send_server_name(stream_.native_handle());
        KeptSessions::of_process().offer(stream_.native_handle(), endpoint_);
        error_code error;
        co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                         asio::redirect_error(asio::use_awaitable, error));
        if (error) fail(error, {});
    }

    [[noreturn]] void fail(const error_code& error, const error_code& earlier) const {
        if (!trust_.refusal().empty()) throw CentreNotTrusted(trust_.refusal());
        for (const error_code& each : {error, earlier}) {
            if (each.category() != asio::error::get_ssl_category()) continue;
            const auto reason = trust_.explain(static_cast<unsigned long>(static_cast<unsigned>(each.value())));
            if (reason) throw CentreNotTrusted(*reason);
        }
        if (error == http::error::body_limit) unreachable(endpoint_, "sent an answer of more than 1 MiB.");
        unreachable(endpoint_, "did not complete its answer (" + stage_ + ": " + words(error) + ").");
    }

    HttpResponse answer() {
        HttpResponse response;
        response.status = parser_->get().result_int();
        for (const auto& field : parser_->get()) {
            response.headers.insert_or_assign(std::string(field.name_string()), std::string(field.value()));
        }
        response.body = std::move(parser_->get().body());
        return response;
    }

    const TlsEndpoint endpoint_;
    Trust trust_;
    asio::io_context io_{1};
    asio::ssl::context tls_;
    beast::ssl_stream<beast::tcp_stream> stream_;
    Request request_;
    beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    bool connected_ = false;
    std::string stage_;
};

}  // namespace

HttpResponse https_exchange(const TlsEndpoint& endpoint, const HttpRequest& request, SteadyTime deadline) {
    return Connection{endpoint}.exchange(request, false, deadline);
}

struct HttpsConnection::Open {
    explicit Open(const TlsEndpoint& endpoint) : connection(endpoint) {}
    Connection connection;
};

HttpsConnection::HttpsConnection() = default;
HttpsConnection::~HttpsConnection() = default;

HttpResponse HttpsConnection::exchange(const TlsEndpoint& endpoint, const HttpRequest& request, SteadyTime deadline) {
    // Kept again only after a whole answer.
    std::unique_ptr<Open> open = std::move(open_);
    if (open && !(open->connection.endpoint() == endpoint)) open.reset();
    std::optional<HttpResponse> response;
    if (open) {
        try {
            response = open->connection.exchange(request, true, deadline);
        } catch (const ConnectionGone&) {
            open.reset();
        }
    }
    if (!response) {
        open = std::make_unique<Open>(endpoint);
        response = open->connection.exchange(request, true, deadline);
    }
    if (open->connection.stays_open()) open_ = std::move(open);
    return std::move(*response);
}

}  // namespace wardwatch
