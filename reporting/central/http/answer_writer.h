// How answers leave. For connection.cpp alone: includes Beast.
#pragma once

#include <atomic>
#include <boost/asio/redirect_error.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "reporting/central/http/message.h"
#include "reporting/central/http/tls_stream.h"

namespace wardwatch {

/// On the stream's strand alone; the stream and `stopping` outlive it.
class AnswerWriter {
public:
    using ErrorCode = boost::system::error_code;

    /// How the request was made that is answered.
    struct Form {
        unsigned version = 11;
        bool keep = false;  ///< the connection stays
        bool head = false;  ///< only the head was asked for
    };

    /// `limit`: of one answer, or of one part of an answer that goes on.
    AnswerWriter(TlsStream& stream, std::chrono::seconds limit, const std::atomic<bool>& stopping)
        : stream_(stream), limit_(limit), stopping_(stopping) {}

    Async<void> write(const HttpResponse& answer, Form form, ErrorCode& error) const {
        stream_.limit_time(limit_);
        const bool has_body = answer.status != 204 && answer.status != 304;
        std::string text = head_text(answer, form.version, form.keep);
        if (has_body) text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
        text += "\r\n";
        std::string_view body = has_body && !form.head ? std::string_view{answer.body} : std::string_view{};
        if (text.size() + body.size() <= small_answer) text.append(std::exchange(body, {}));
        co_await stream_.write(text, error);
        if (!body.empty()) co_await stream_.write(body, error);
    }

    /// What the client still sends is taken and forgotten, so that it gets as far as reading the answer.
    Async<void> write_last(const HttpResponse& answer, unsigned version) const {
        ErrorCode error;
        co_await AnswerWriter{stream_, drain_time, stopping_}.write(answer, {version}, error);
        if (!error) co_await drain();
    }

    /// Without a length: the body ends with the connection (RFC 9112, section 6.3).
    Async<void> write_going_on(const HttpResponse& answer, unsigned version, ErrorCode& error) const {
        stream_.limit_time(limit_);
        const std::string head = head_text(answer, version, false) + "\r\n";
        co_await stream_.write(head, error);
        Timer pause{stream_.executor()};
        for (auto more = answer.go_on(); more && !error && !stopping_; more = answer.go_on()) {
            stream_.limit_time(limit_);
            co_await stream_.write(*more, error);
            pause.expires_after(going_on_interval);
            ErrorCode ignored;
            co_await pause.async_wait(boost::asio::redirect_error(awaiting, ignored));
        }
    }

    Async<void> say_goodbye() const {
        stream_.limit_time(goodbye_time);
        co_await stream_.say_goodbye();
    }

    Async<void> drain() const {
        stream_.limit_time(drain_time);
        co_await stream_.drain(drain_limit);
    }

private:
    // What a client may still send after it was refused, so that it gets as far as reading why.
    static constexpr std::size_t drain_limit = 16u << 20;
    static constexpr std::chrono::seconds drain_time{10};
    // How long the client's answer to TLS's goodbye is awaited; the end of a server waits as well.
    static constexpr std::chrono::seconds goodbye_time{2};
    static constexpr std::chrono::seconds going_on_interval{1};
    // A head and a body that are no longer go in one record.
    static constexpr std::size_t small_answer = 16u << 10;

    TlsStream& stream_;
    const std::chrono::seconds limit_;
    const std::atomic<bool>& stopping_;
};

}  // namespace wardwatch
