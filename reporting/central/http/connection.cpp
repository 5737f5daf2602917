// The one translation unit of the centre that knows Beast: it costs half a minute to compile.
#include "reporting/central/http/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/string.hpp>
#include <optional>
#include <utility>

#include "reporting/central/http/answer_writer.h"
#include "reporting/central/http/later_wait.h"
#include "reporting/central/http/message.h"
#include "reporting/central/http/proxied_client.h"
#include "reporting/central/http/tls.h"

namespace wardwatch {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::uint32_t header_limit = 16u << 10;
// Counted in no budget.
constexpr std::uint64_t small_body = 16u << 10;
constexpr std::chrono::seconds come_later{30};

}  // namespace

class Connection::Work {
public:
    Work(std::shared_ptr<ListenerSetup> setup, Socket socket, const std::atomic<bool>& stopping)
        : setup_(std::move(setup)),
          options_(setup_->options),
          peer_(peer_address(socket)),
          stream_(std::make_shared<TlsStream>(std::move(socket), setup_->tls.get())),
          stopping_(stopping) {}

    Strand executor() { return stream_->executor(); }
    void log(const std::string& text) const { setup_->log(text); }

    // From the connection's strand only.
    void close() { stream_->close(); }
    void close_if_idle() {
        if (!busy_) close();
    }

    Async<void> serve(std::function<void()> shaken) {
        bool more = co_await shake_hands();
        shaken();
        while (more) {
            more = co_await request_begins();
            if (more) more = co_await serve_one();
        }
    }

private:
    using Parser = http::request_parser<http::string_body>;

    /// A request, and how its answer is to be written.
    struct Received {
        HttpRequest request;
        unsigned version = 11;
        bool keep = false;
        BodyBudget::Share share;
    };

    Async<bool> shake_hands() {
        stream_->limit_time(options_.handshake_limit);
        const bool known = co_await learn_client(*stream_, *setup_, peer_);
        if (!known) co_return false;
        stranger_ = setup_->strangers.enter(network_of(peer_), closer());
        if (!stranger_) co_return false;
        error_code error;
        co_await stream_->shake_hands(error);
        if (!error) {
            certificate_ = ResumableSessions::client_of(stream_->tls());
            if (certificate_) pc_ = setup_->pcs.enter(certificate_->common_name, closer());
            co_return !certificate_ || pc_;
        }
        const std::string problem = client_certificate_problem(stream_->tls());
        if (!problem.empty()) log("refused the certificate that " + peer_ + " showed: " + problem);
        co_await writer_.drain();
        co_return false;
    }

    /// Ends this connection, from any thread.
    std::function<void()> closer() {
        return [weak = std::weak_ptr(stream_)] {
            const auto stream = weak.lock();
            if (stream) asio::post(stream->executor(), [stream] { stream->close(); });
        };
    }

    // One limit from the last answer to the end of the next head, so that a head that trickles in does not last longer
    // than silence.
    Async<bool> request_begins() {
        stream_->limit_time(options_.idle_limit);
        if (!unread_.empty()) co_return true;
        std::string().swap(unread_);
        error_code error;
        co_await stream_->wait_for_bytes(error);
        co_return !error;
    }

    /// Whether the connection stays open.
    Async<bool> serve_one() {
        Received received;
        const bool complete = co_await receive(received);
        if (!complete) co_return false;
        const HttpRequest& request = received.request;
        auto answer = call_handler([&] { return setup_->handler(request); }, request, options_.log_error);
        if (*admitted_ != 0) stranger_.give_back();
        if (const auto* later = std::get_if<LaterAnswer>(&answer)) {
            std::string().swap(received.request.body);
            received.share = {};
            busy_ = later->is_work;  // else a stop closes the connection
            if (stopping_ && !busy_) co_return false;
            // What came with the request, the socket does not tell of again.
            const bool spoke = !unread_.empty() || stream_->has_bytes();
            std::optional<bool> woken = false;
            if (later->is_work || !spoke) woken = co_await wait_for(stream_, *later);
            if (!woken || (stopping_ && !busy_)) co_return false;
            busy_ = true;
            answer = call_handler([&] { return later->finish(*woken); }, request, options_.log_error);
        }
        const auto& response = std::get<HttpResponse>(answer);
        error_code error;
        if (response.go_on) {
            co_await writer_.write_going_on(response, received.version, error);
            if (!error) co_await writer_.say_goodbye();
            co_return false;
        }
        const bool keep = received.keep && !stopping_;
        co_await writer_.write(response, {received.version, keep, request.method == "HEAD"}, error);
        busy_ = false;
        if (keep && !error) co_return !stopping_;
        if (!error) co_await writer_.say_goodbye();
        co_return false;
    }

    // False when there is no request to answer: what was wrong with it is answered already.
    Async<bool> receive(Received& received) {
        Parser parser;
        parser.header_limit(header_limit);
        parser.body_limit(options_.body_limit);
        error_code error;
        co_await read_head(parser, error);
        busy_ = true;
        received.version = parser.get().version();
        if (!error) {
            // Taken now: Beast would mix a chunked body's trailer in with these.
            received.request = head_of(parser.get());
            auto refusal = refusal_of_body(options_, received.request, length_of_body(parser));
            if (!refusal) refusal = no_room_for_body(received, length_of_body(parser));
            if (refusal) {
                co_await writer_.write_last(*refusal, received.version);
                co_return false;
            }
            co_await read_body(parser, error);
        }
        if (error) {
            const std::optional<HttpResponse> answer = answer_to(error, options_.body_limit);
            if (answer) co_await writer_.write_last(*answer, received.version == 10 ? 10 : 11);
            co_return false;
        }
        received.keep = parser.get().keep_alive();
        received.request.body = std::move(parser.get().body());
        co_return true;
    }

    // What comes in chunks may be as long as any.
    std::optional<HttpResponse> no_room_for_body(Received& received, std::optional<std::uint64_t> length) {
        const std::uint64_t bytes = std::min(length.value_or(options_.body_limit), options_.body_limit);
        if (bytes <= small_body || setup_->bodies.take(bytes, received.share)) return std::nullopt;
        HttpResponse answer = error_answer(503, "busy", "Too much is being sent at this moment; come again later.");
        answer.headers["Retry-After"] = std::to_string(spread_wait(come_later).count());
        return answer;
    }

    // Reads, unless there are bytes that were not parsed.
    Async<void> more_bytes(Parser& parser, error_code& error) {
        co_await stream_->read_some(unread_, error);
        if (error != asio::error::eof) co_return;
        error.clear();
        if (parser.got_some()) {
            parser.put_eof(error);
        } else {
            error = http::error::end_of_stream;
        }
    }

    void parse_unread(Parser& parser, error_code& error) {
        unread_.erase(0, parser.put(asio::buffer(unread_), error));
        if (error == http::error::need_more) error.clear();
    }

    Async<void> read_head(Parser& parser, error_code& error) {
        parser.eager(false);
        if (!unread_.empty()) parse_unread(parser, error);
        while (!error && !parser.is_header_done()) {
            co_await more_bytes(parser, error);
            if (!error) parse_unread(parser, error);
        }
    }

    Async<void> read_body(Parser& parser, error_code& error) {
        stream_->limit_time(options_.request_limit);
        if (boost::beast::iequals(parser.get()[http::field::expect], "100-continue") && !parser.is_done())
            co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n", error);
        parser.eager(true);
        while (!error && !parser.is_done()) {
            if (unread_.empty()) co_await more_bytes(parser, error);
            const std::size_t before = unread_.size();
            if (!error && before > 0) parse_unread(parser, error);
            // The rest is less than a piece: only more of it will do.
            if (!error && before > 0 && unread_.size() == before) co_await more_bytes(parser, error);
        }
    }

    HttpRequest head_of(const http::request<http::string_body>& message) const {
        HttpRequest request = request_from(message);
        request.remote_address = peer_;
        request.client_certificate = certificate_;
        request.admitted = admitted_;
        return request;
    }

    const std::shared_ptr<ListenerSetup> setup_;
    const ListenerOptions& options_;
    std::string peer_;
    const std::shared_ptr<TlsStream> stream_;
    std::string unread_;  ///< read and not parsed: the begin of a head, or of the request that came behind another
    const std::atomic<bool>& stopping_;
    const AnswerWriter writer_{*stream_, options_.request_limit, stopping_};
    std::shared_ptr<const CertificateInfo> certificate_;
    const std::shared_ptr<std::uint64_t> admitted_ = std::make_shared<std::uint64_t>(0);
    Places::Place stranger_;
    Places::Place pc_;
    bool busy_ = false;  ///< a request has arrived and is not answered yet
};

Connection::Connection(std::shared_ptr<ListenerSetup> setup, Socket socket, const std::atomic<bool>& stopping)
    : work_(std::make_unique<Work>(std::move(setup), std::move(socket), stopping)) {}

Connection::~Connection() = default;

void Connection::start(const std::shared_ptr<Connection>& connection, std::function<void()> shaken,
                       std::function<void()> ended) {
    Work& work = *connection->work_;
    asio::co_spawn(work.executor(), work.serve(std::move(shaken)),
                   [connection, ended = std::move(ended)](std::exception_ptr thrown) {
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
