// The one translation unit of the client that knows Beast: it costs half a minute to compile.
#include "reporting/client/connection.h"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reporting/client/client.h"
#include "reporting/client/connection_message.h"
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

using Parser = http::response_parser<http::string_body>;

}  // namespace

class ClientConnection::Work {
public:
    Work(const TlsEndpoint& endpoint, bool for_one)
        : endpoint_(endpoint), for_one_(for_one), trust_(endpoint_), tls_(trust_.context()), stream_(io_, tls_) {}
    ~Work() {
        if (connected_) KeptSessions::of_process().keep(stream_.native_handle(), endpoint_);
    }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    HttpResponse exchange(const HttpRequest& request, unsigned number, SteadyTime deadline, std::chrono::seconds wait) {
        const bool sent = std::exchange(behind_, std::nullopt).has_value();
        request_ = message_of(endpoint_, request, !connected_, !for_one_);
        parser_.emplace();
        parser_->body_limit(answer_limit);
        parser_->header_limit(header_limit);
        std::vector<tcp::endpoint> addresses;
        if (!connected_) addresses = resolve(endpoint_, deadline);
        number_ = number;
        awaiting_ = done_ = false;
        std::exception_ptr failure;
        io_.restart();
        limit_time(deadline);
        asio::co_spawn(io_, talk(std::move(addresses), sent, deadline, wait), [&](std::exception_ptr thrown) {
            failure = std::move(thrown);
            done_ = true;
            if (!writing_behind_) limit_.cancel();
        });
        io_.run();
        if (!done_) unreachable(endpoint_, "did not answer in time, " + stage_ + ".");
        if (failure) std::rethrow_exception(failure);
        connected_ = true;
        return answer();
    }

    void send_behind(unsigned number, const HttpRequest& next, SteadyTime deadline) {
        asio::post(io_, [this, number, message = message_of(endpoint_, next, false, true), deadline]() mutable {
            if (number != number_ || done_ || behind_) return;
            behind_ = std::move(message);
            limit_time(std::min(limit_.expiry(), deadline));
            if (awaiting_) write_behind();
        });
    }

    const TlsEndpoint& endpoint() const { return endpoint_; }
    bool stays_open() const { return !writing_behind_ && parser_ && parser_->get().keep_alive(); }

private:
    // Not run_until(), which wakes the processor every second of a poll that waits.
    void limit_time(SteadyTime end) {
        limit_.expires_at(end);
        limit_.async_wait([this](const error_code& cancelled) {
            if (!cancelled && limit_.expiry() <= std::chrono::steady_clock::now()) io_.stop();
        });
    }

    // What goes wrong with it is met by whoever awaits its answer.
    void write_behind() {
        writing_behind_ = true;
        http::async_write(stream_, *behind_, [this](const error_code&, std::size_t) {
            writing_behind_ = false;
            if (done_) limit_.cancel();
        });
    }

    asio::awaitable<void> talk(std::vector<tcp::endpoint> addresses, bool sent, SteadyTime deadline,
                               std::chrono::seconds wait) {
        if (!connected_) {
            co_await connect(std::move(addresses), deadline);
            if (endpoint_.proxy) co_await open_tunnel();
            co_await shake_hands();
        }
        stage_ = "while the request was sent";
        error_code write_error;
        if (!sent)
            co_await http::async_write(stream_, request_, asio::redirect_error(asio::use_awaitable, write_error));
        awaiting_ = true;
        if (behind_)
            write_behind();
        else if (wait.count() > 0)
            limit_time(deadline + wait);
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
        refuse_tunnel_unless_open(endpoint_, reply.get().result_int());
        // The client speaks first in TLS, so nothing may have come yet.
        if (unread.size() > 0) unreachable(endpoint_, "cannot be reached: the proxy sent what is no tunnel.");
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
    const bool for_one_;
    Trust trust_;
    asio::io_context io_{1};
    asio::steady_timer limit_{io_};
    asio::ssl::context tls_;
    beast::ssl_stream<beast::tcp_stream> stream_;
    Request request_;
    beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    bool connected_ = false;
    std::string stage_;
    // The thread that runs the exchange owns the following.
    unsigned number_ = 0;
    bool awaiting_ = false;  ///< its request was sent
    bool done_ = true;
    std::optional<Request> behind_;  ///< sent behind it, or to be
    bool writing_behind_ = false;
};

ClientConnection::ClientConnection(const TlsEndpoint& endpoint, bool for_one)
    : work_(std::make_unique<Work>(endpoint, for_one)) {}

ClientConnection::~ClientConnection() = default;

HttpResponse ClientConnection::exchange(const HttpRequest& request, unsigned number, SteadyTime deadline,
                                        std::chrono::seconds wait) {
    return work_->exchange(request, number, deadline, wait);
}

void ClientConnection::send_behind(unsigned number, const HttpRequest& next, SteadyTime deadline) {
    work_->send_behind(number, next, deadline);
}

const TlsEndpoint& ClientConnection::endpoint() const { return work_->endpoint(); }

bool ClientConnection::stays_open() const { return work_->stays_open(); }

}  // namespace wardwatch
