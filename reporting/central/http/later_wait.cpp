// A timer that is cancelled by whoever wakes, and a look at the socket beside it.
#include "reporting/central/http/later_wait.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

namespace wardwatch {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// What the coroutine waits on. The connection's strand owns it.
struct Alarm {
    explicit Alarm(const Strand& executor) : timer(executor) {}
    Timer timer;
    bool rung = false;
    bool over = false;
};

// Asio's epoll reactor tells readiness falsely now and then: an event that was under way while another thread read its
// bytes. So the socket is looked at.
void watch_client(const std::shared_ptr<TlsStream>& stream, const std::shared_ptr<Alarm>& alarm) {
    stream->socket().async_wait(Socket::wait_read, [stream, alarm](error_code error) {
        if (alarm->over) return;
        char byte = 0;
        if (!error) stream->socket().receive(asio::buffer(&byte, 1), Socket::message_peek, error);
        if (error == asio::error::would_block || error == asio::error::try_again) return watch_client(stream, alarm);
        alarm->timer.cancel();
    });
}

/// Whatever the client sends, only what breaks the connection is told, and that it was closed here.
void watch_end(const std::shared_ptr<TlsStream>& stream, const std::shared_ptr<Alarm>& alarm) {
    stream->socket().async_wait(Socket::wait_error, [stream, alarm](const error_code&) {
        if (!alarm->over) alarm->timer.cancel();
    });
}

}  // namespace

Async<std::optional<bool>> wait_for(std::shared_ptr<TlsStream> stream, const LaterAnswer& later) {
    stream->no_limit();
    const auto alarm = std::make_shared<Alarm>(stream->executor());
    alarm->timer.expires_after(later.longest);
    later.is_work ? watch_end(stream, alarm) : watch_client(stream, alarm);
    const auto waiting = later.begin([weak = std::weak_ptr(alarm), strand = stream->executor()] {
        asio::post(strand, [weak] {
            const auto awaited = weak.lock();
            if (!awaited) return;
            awaited->rung = true;
            awaited->timer.cancel();
        });
    });
    error_code ignored;
    co_await alarm->timer.async_wait(asio::redirect_error(awaiting, ignored));
    alarm->over = true;
    if (!stream->is_open()) co_return std::nullopt;
    stream->socket().cancel(ignored);
    co_return alarm->rung;
}

}  // namespace wardwatch
