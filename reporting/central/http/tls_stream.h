// A connection's socket with OpenSSL right on it. For the listener's .cpp files: includes Asio and OpenSSL.
//
// Asio's own TLS stream keeps 68 KiB of buffers for each connection, used or not. Here OpenSSL reads and writes the
// socket itself and keeps none while nothing is under way (SSL_MODE_RELEASE_BUFFERS).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "reporting/tls/openssl_handles.h"

namespace wardwatch {

// The executor by its own type: behind any_io_executor each step of a coroutine asks and copies it through pointers.
using Strand = boost::asio::strand<boost::asio::thread_pool::executor_type>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Strand>;
template <class T>
using Async = boost::asio::awaitable<T, Strand>;
inline constexpr boost::asio::use_awaitable_t<Strand> awaiting;

/// Used on the socket's strand alone. What fails is told by `error`, which is not touched otherwise; a time limit that
/// passed closes the socket, as close() does, and is operation_aborted to whoever waits.
class TlsStream : public std::enable_shared_from_this<TlsStream> {
public:
    using ErrorCode = boost::system::error_code;

    /// Throws PkiError.
    TlsStream(Socket socket, SSL_CTX* context);
    ~TlsStream();
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    Strand executor() { return socket_.get_executor(); }
    Socket& socket() { return socket_; }
    SSL* tls() const { return ssl_.get(); }
    bool is_open() const { return socket_.is_open(); }
    /// Whether there are some that were read from the socket, and not by read_some().
    bool has_bytes() const { return SSL_has_pending(ssl_.get()) == 1; }

    /// From now on; takes the place of the limit before. It is not watched while a handler keeps the strand.
    void limit_time(std::chrono::seconds limit);
    void no_limit() { deadline_ = Clock::time_point::max(); }
    void close();

    /// Appends at most so many bytes of those that come before TLS, and at least one. At the end eof.
    Async<void> read_before_tls(std::string& bytes, std::size_t most, ErrorCode& error);
    Async<void> shake_hands(ErrorCode& error);
    /// Until there is something to read, if only the end. Nothing but the connection is kept in memory meanwhile.
    Async<void> wait_for_bytes(ErrorCode& error);
    /// Appends at least one byte. At TLS's or TCP's end eof.
    Async<void> read_some(std::string& bytes, ErrorCode& error);
    /// All of them.
    Async<void> write(std::string_view bytes, ErrorCode& error);
    /// TLS's goodbye, and the wait for the client's.
    Async<void> say_goodbye();
    /// No more from our side; what the client still sends is thrown away, until its end or so many bytes. Closing a
    /// socket with unread bytes makes TCP reset the connection, which may destroy the last answer before the client has
    /// read it.
    Async<void> drain(std::size_t most);

private:
    using Clock = std::chrono::steady_clock;

    template <class Step>
    Async<int> complete(Step step, ErrorCode& error);
    Async<void> wait(Socket::wait_type what, ErrorCode& error);
    std::optional<Socket::wait_type> wanted(int result, ErrorCode& error) const;
    int take_some(std::string& bytes);
    void watch_time();
    void look_at_time();

    Socket socket_;
    openssl::UniqueSsl ssl_;
    Timer timer_;
    Clock::time_point deadline_ = Clock::time_point::max();
    Clock::time_point watched_ = Clock::time_point::max();  ///< what timer_ waits for; max: nothing
};

}  // namespace wardwatch
