// The one translation unit of the centre that knows Beast: it costs half a minute to compile.
#include "reporting/central/http/connection.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>
#include <vector>

#include "reporting/central/http/message.h"
#include "reporting/central/http/tls.h"

namespace wardwatch {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::uint32_t header_limit = 16u << 10;
// What a client may still send after it was refused, so that it gets as far as reading why.
constexpr std::size_t drain_limit = 16u << 20;
constexpr std::chrono::seconds drain_time{10};
// How long the client's answer to TLS's goodbye is awaited; the end of a server waits as well.
constexpr std::chrono::seconds goodbye_time{2};
constexpr std::chrono::seconds going_on_interval{1};

}  // namespace

class Connection::Work {
public:
    using Executor = beast::ssl_stream<beast::tcp_stream>::executor_type;
    /// What a waiting answer waits on. The connection's strand owns it.
    struct Alarm {
        explicit Alarm(const Executor& executor) : timer(executor) {}
        asio::steady_timer timer;
        bool rung = false;
        bool over = false;
    };

    Work(std::shared_ptr<ListenerSetup> setup, tcp::socket socket, const std::atomic<bool>& stopping)
        : setup_(std::move(setup)),
          options_(setup_->options),
          peer_(peer_address(socket)),
          stream_(std::move(socket), setup_->tls),
          stopping_(stopping) {}

    auto executor() { return stream_.get_executor(); }
    void log(const std::string& text) const { setup_->log(text); }

    // From the connection's strand only.
    void close() { beast::get_lowest_layer(stream_).close(); }
    void close_if_idle() {
        if (!busy_) close();
    }

    asio::awaitable<void> serve() {
        const bool greeted = co_await shake_hands();
        if (!greeted) co_return;
        for (bool more = true; more;) more = co_await serve_one();
    }

private:
    using Parser = http::request_parser<http::string_body>;

    void limit_time(std::chrono::seconds limit) { beast::get_lowest_layer(stream_).expires_after(limit); }

    asio::awaitable<bool> shake_hands() {
        limit_time(options_.handshake_limit);
        error_code error;
        co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                         asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            certificate_ = client_certificate(stream_.native_handle());
            co_return true;
        }
        const std::string problem = client_certificate_problem(stream_.native_handle());
        if (!problem.empty()) log("refused the certificate that " + peer_ + " showed: " + problem);
        co_await drain();
        co_return false;
    }

    /// Whether the connection stays open.
    asio::awaitable<bool> serve_one() {
        Parser parser;
        parser.header_limit(header_limit);
        parser.body_limit(options_.body_limit);
        error_code error;
        // One limit for the whole head, so that a head that trickles in does not last longer than silence.
        limit_time(options_.idle_limit);
        co_await http::async_read_header(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
        busy_ = true;
        HttpRequest request;
        if (!error) {
            // Taken now: Beast would mix a chunked body's trailer in with these.
            request = head_of(parser.get());
            if (const auto refusal = refusal_of_body(options_, request, length_of_body(parser))) {
                co_await write_last(*refusal, parser.get().version());
                co_return false;
            }
            co_await read_body(parser, error);
        }
        if (error) {
            co_await refuse(error, parser.get().version());
            co_return false;
        }
        request.body = std::move(parser.get().body());
        auto answer = call_handler([&] { return setup_->handler(request); }, request, options_.log_error);
        if (const auto* later = std::get_if<LaterAnswer>(&answer)) {
            const std::optional<bool> woken = co_await wait_for(*later);
            if (!woken) co_return false;
            answer = call_handler([&] { return later->finish(*woken); }, request, options_.log_error);
        }
        const auto& response = std::get<HttpResponse>(answer);
        if (response.go_on) {
            co_await write_going_on(response, parser.get().version(), error);
            if (!error) co_await say_goodbye();
            co_return false;
        }
        const bool keep = parser.get().keep_alive() && !stopping_;
        co_await write(response, parser.get().version(), keep, request.method == "HEAD", error);
        busy_ = false;
        if (keep && !error) co_return !stopping_;
        if (!error) co_await say_goodbye();
        co_return false;
    }

    // The wait ends when it is woken, when its time is over, and when the client is heard of: most likely it closed the
    // connection; whatever else it sent is read as the next request. Nothing when the connection is to be closed.
    asio::awaitable<std::optional<bool>> wait_for(const LaterAnswer& later) {
        busy_ = false;  // a stop closes the connection
        if (stopping_) co_return std::nullopt;
        const auto alarm = std::make_shared<Alarm>(stream_.get_executor());
        alarm->timer.expires_after(later.longest);
        watch_client(alarm);
        const auto waiting = later.begin([weak = std::weak_ptr(alarm), strand = stream_.get_executor()] {
            asio::post(strand, [weak] {
                const auto awaited = weak.lock();
                if (!awaited) return;
                awaited->rung = true;
                awaited->timer.cancel();
            });
        });
        error_code ignored;
        co_await alarm->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        alarm->over = true;
        tcp::socket& socket = beast::get_lowest_layer(stream_).socket();
        if (stopping_ || !socket.is_open()) co_return std::nullopt;
        socket.cancel(ignored);
        busy_ = true;
        co_return alarm->rung;
    }

    // Asio's epoll reactor tells readiness falsely now and then: an event that was under way while another thread read
    // its bytes. So the socket is looked at.
    void watch_client(const std::shared_ptr<Alarm>& alarm) {
        tcp::socket& watched = beast::get_lowest_layer(stream_).socket();
        watched.async_wait(tcp::socket::wait_read, [this, alarm, &watched](error_code error) {
            if (alarm->over) return;  // the connection may be gone
            char byte = 0;
            if (!error) watched.non_blocking(true, error);
            if (!error) watched.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
            if (error == asio::error::would_block || error == asio::error::try_again) return watch_client(alarm);
            alarm->timer.cancel();
        });
    }

    HttpRequest head_of(const http::request<http::string_body>& message) const {
        HttpRequest request = request_from(message);
        request.remote_address = peer_;
        request.client_certificate = certificate_;
        request.admitted = admitted_;
        return request;
    }

    asio::awaitable<void> read_body(Parser& parser, error_code& error) {
        limit_time(options_.request_limit);
        if (beast::iequals(parser.get()[http::field::expect], "100-continue") && !parser.is_done()) {
            http::response<http::empty_body> go_on{http::status::continue_, 11};
            co_await http::async_write(stream_, go_on, asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
        }
        co_await http::async_read(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
    }

    asio::awaitable<void> refuse(error_code error, unsigned version) {
        const std::optional<HttpResponse> answer = answer_to(error, options_.body_limit);
        if (answer) co_await write_last(*answer, version == 10 ? 10 : 11);
    }

    // What the client still sends is taken and forgotten, so that it gets as far as reading the answer.
    asio::awaitable<void> write_last(const HttpResponse& answer, unsigned version) {
        error_code error;
        limit_time(drain_time);
        co_await write(answer, version, false, false, error);
        if (!error) co_await drain();
    }

    asio::awaitable<void> write(const HttpResponse& answer, unsigned version, bool keep, bool head, error_code& error) {
        http::response<http::string_body> message;
        set_head(message, answer, version, keep);
        const bool has_body = answer.status != 204 && answer.status != 304;
        if (has_body) message.content_length(answer.body.size());
        if (has_body && !head) message.body() = answer.body;
        limit_time(options_.request_limit);
        co_await http::async_write(stream_, message, asio::redirect_error(asio::use_awaitable, error));
    }

    // Without a length: the body ends with the connection (RFC 9112, section 6.3).
    asio::awaitable<void> write_going_on(const HttpResponse& answer, unsigned version, error_code& error) {
        http::response<http::empty_body> message;
        set_head(message, answer, version, false);
        http::response_serializer<http::empty_body> head{message};
        limit_time(options_.request_limit);
        co_await http::async_write_header(stream_, head, asio::redirect_error(asio::use_awaitable, error));
        asio::steady_timer pause{stream_.get_executor()};
        for (auto more = answer.go_on(); more && !error && !stopping_; more = answer.go_on()) {
            limit_time(options_.request_limit);
            if (!more->empty())
                co_await asio::async_write(stream_, asio::buffer(*more),
                                           asio::redirect_error(asio::use_awaitable, error));
            pause.expires_after(going_on_interval);
            error_code ignored;
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
    }

    asio::awaitable<void> say_goodbye() {
        limit_time(goodbye_time);
        error_code ignored;
        co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
    }

    // Closing a socket with unread bytes makes TCP reset the connection, which may destroy the answer before the client
    // has read it. So: no more from our side, and a bounded amount of what the client still sends is thrown away.
    asio::awaitable<void> drain() {
        limit_time(drain_time);
        beast::tcp_stream& tcp_stream = beast::get_lowest_layer(stream_);
        error_code error;
        tcp_stream.socket().shutdown(tcp::socket::shutdown_send, error);
        std::vector<char> waste(16u << 10);
        for (std::size_t total = 0; !error && total < drain_limit;) {
            total += co_await tcp_stream.async_read_some(asio::buffer(waste),
                                                         asio::redirect_error(asio::use_awaitable, error));
        }
    }

    const std::shared_ptr<ListenerSetup> setup_;
    const ListenerOptions& options_;
    const std::string peer_;
    beast::ssl_stream<beast::tcp_stream> stream_;
    beast::flat_buffer buffer_;
    const std::atomic<bool>& stopping_;
    std::shared_ptr<const CertificateInfo> certificate_;
    const std::shared_ptr<std::uint64_t> admitted_ = std::make_shared<std::uint64_t>(0);
    bool busy_ = false;  ///< a request has arrived and is not answered yet
};

Connection::Connection(std::shared_ptr<ListenerSetup> setup, tcp::socket socket, const std::atomic<bool>& stopping)
    : work_(std::make_unique<Work>(std::move(setup), std::move(socket), stopping)) {}

Connection::~Connection() = default;

void Connection::start(const std::shared_ptr<Connection>& connection, std::function<void()> ended) {
    Work& work = *connection->work_;
    asio::co_spawn(work.executor(), work.serve(), [connection, ended = std::move(ended)](std::exception_ptr thrown) {
        try {
            if (thrown) std::rethrow_exception(thrown);
        } catch (const std::exception& failure) {
            connection->work_->log(std::string("a connection ended by an error: ") + failure.what());
        }
        connection->work_->close();
        ended();
    });
}

void Connection::close(const std::shared_ptr<Connection>& connection) {
    asio::post(connection->work_->executor(), [connection] { connection->work_->close(); });
}

void Connection::close_if_idle(const std::shared_ptr<Connection>& connection) {
    asio::post(connection->work_->executor(), [connection] { connection->work_->close_if_idle(); });
}

}  // namespace wardwatch
