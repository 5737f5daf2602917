// OpenSSL's calls on a socket that does not block: each is repeated when the socket is ready for it.
#include "reporting/central/http/tls_stream.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <limits>

namespace wardwatch {

namespace asio = boost::asio;

namespace {

constexpr std::size_t record = 16u << 10;  ///< what TLS sends at once at most (RFC 8446, section 5.1)

}  // namespace

TlsStream::TlsStream(Socket socket, SSL_CTX* context)
    : socket_(std::move(socket)), ssl_(SSL_new(context)), timer_(socket_.get_executor()) {
    ErrorCode gone;  // the first read tells
    socket_.non_blocking(true, gone);
    openssl::require(ssl_ && SSL_set_fd(ssl_.get(), static_cast<int>(socket_.native_handle())) == 1,
                     "TLS could not be put on a connection");
}

// Without a goodbye, which few wait for, OpenSSL would let nobody resume the session.
TlsStream::~TlsStream() { SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); }

void TlsStream::limit_time(std::chrono::seconds limit) {
    deadline_ = Clock::now() + limit;
    // A later limit is looked at when the timer rings: most requests set limits, and hardly any reaches one.
    if (deadline_ < watched_) watch_time();
}

void TlsStream::watch_time() {
    watched_ = deadline_;
    timer_.expires_at(deadline_);
    timer_.async_wait([weak = weak_from_this()](const ErrorCode& cancelled) {
        const auto stream = weak.lock();
        if (stream && !cancelled) stream->look_at_time();
    });
}

void TlsStream::look_at_time() {
    watched_ = Clock::time_point::max();
    if (deadline_ == Clock::time_point::max() || !is_open()) return;
    if (Clock::now() >= deadline_) return close();
    watch_time();
}

void TlsStream::close() {
    ErrorCode ignored;
    socket_.close(ignored);
    timer_.cancel();
}

Async<void> TlsStream::wait(Socket::wait_type what, ErrorCode& error) {
    co_await socket_.async_wait(what, asio::redirect_error(awaiting, error));
}

// What the socket must be ready for before the call that gave `result` is made again; nothing when it is over.
std::optional<Socket::wait_type> TlsStream::wanted(int result, ErrorCode& error) const {
    if (result > 0) return std::nullopt;
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return Socket::wait_read;
        case SSL_ERROR_WANT_WRITE:
            return Socket::wait_write;
        case SSL_ERROR_SSL:
            error = ErrorCode{static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()};
            break;
        default:  // TLS's goodbye, or the socket's end
            error = asio::error::eof;
    }
    ERR_clear_error();
    return std::nullopt;
}

// The result of the last step. OpenSSL knows the socket by its number, which after close() is somebody else's.
template <class Step>
Async<int> TlsStream::complete(Step step, ErrorCode& error) {
    for (;;) {
        if (!is_open()) error = asio::error::operation_aborted;
        if (error) co_return 0;
        ERR_clear_error();  // of others on this thread: SSL_get_error() would take it for ours
        const int result = step();
        const auto ready = wanted(result, error);
        if (!ready) co_return result;
        co_await wait(*ready, error);
    }
}

Async<void> TlsStream::read_before_tls(std::string& bytes, std::size_t most, ErrorCode& error) {
    std::array<char, 256> part{};
    while (!error) {
        if (!is_open()) error = asio::error::operation_aborted;
        if (error) co_return;
        const std::size_t count = socket_.read_some(asio::buffer(part, most), error);
        bytes.append(part.data(), count);
        if (count > 0) co_return;
        if (error != asio::error::would_block && error != asio::error::try_again) continue;
        error.clear();
        co_await wait(Socket::wait_read, error);
    }
}

Async<void> TlsStream::shake_hands(ErrorCode& error) {
    co_await complete([this] { return SSL_accept(ssl_.get()); }, error);
}

Async<void> TlsStream::wait_for_bytes(ErrorCode& error) {
    if (!is_open()) error = asio::error::operation_aborted;
    if (error || has_bytes()) co_return;
    co_await wait(Socket::wait_read, error);
}

// The buffer is the stack's: a coroutine would keep its own while it waits.
int TlsStream::take_some(std::string& bytes) {
    std::array<char, record> part;  // NOLINT(cppcoreguidelines-pro-type-member-init) 16 KiB of zeros for each request
    const int count = SSL_read(ssl_.get(), part.data(), static_cast<int>(part.size()));
    if (count > 0) bytes.append(part.data(), static_cast<std::size_t>(count));
    return count;
}

Async<void> TlsStream::read_some(std::string& bytes, ErrorCode& error) {
    co_await complete([this, &bytes] { return take_some(bytes); }, error);
}

Async<void> TlsStream::write(std::string_view bytes, ErrorCode& error) {
    while (!bytes.empty() && !error) {
        const int count = static_cast<int>(std::min<std::size_t>(bytes.size(), std::numeric_limits<int>::max()));
        const int written = co_await complete([&] { return SSL_write(ssl_.get(), bytes.data(), count); }, error);
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

Async<void> TlsStream::say_goodbye() {
    ErrorCode error;
    // The first says it, and the second, if any, hears the client's.
    const auto step = [this] {
        const int said = SSL_shutdown(ssl_.get());
        return said == 0 ? SSL_shutdown(ssl_.get()) : said;
    };
    co_await complete(step, error);
}

Async<void> TlsStream::drain(std::size_t most) {
    ErrorCode error;
    socket_.shutdown(Socket::shutdown_send, error);
    std::size_t total = 0;
    const auto throw_away = [&] {
        std::array<char, record> waste;  // NOLINT(cppcoreguidelines-pro-type-member-init) nobody looks at it
        total += socket_.read_some(asio::buffer(waste), error);
    };
    while (!error && is_open() && total < most) {
        throw_away();
        if (error != asio::error::would_block && error != asio::error::try_again) continue;
        error.clear();
        co_await wait(Socket::wait_read, error);
    }
}

}  // namespace wardwatch
