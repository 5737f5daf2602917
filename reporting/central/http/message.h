// Between HTTP's messages and ours. For connection.cpp alone: includes Beast.
#pragma once

#include <boost/beast/http.hpp>

#include "reporting/central/http/answer.h"

namespace wardwatch {

inline bool is_malformed_http(const boost::system::error_code& error) {
    namespace http = boost::beast::http;
    static const auto& category = http::make_error_code(http::error::bad_method).category();
    return error.category() == category && error != http::error::end_of_stream && error != http::error::partial_message;
}

/// Whoever broke HTTP is told so; of a connection that ended or fell silent there is nobody left to tell.
inline std::optional<HttpResponse> answer_to(const boost::system::error_code& error, std::uint64_t body_limit) {
    namespace http = boost::beast::http;
    if (error == http::error::body_limit)
        return error_answer(
            413, "too_large",
            "The body is larger than the " + std::to_string(body_limit) + " bytes that are taken here.");
    if (error == http::error::header_limit)
        return error_answer(431, "head_too_large", "The head of the request is larger than 16 KiB.");
    if (!is_malformed_http(error)) return std::nullopt;
    return error_answer(400, "bad_request", "This is not an HTTP request that can be understood.");
}

/// Nothing: it comes in chunks, and only its end will tell.
template <class Parser>
std::optional<std::uint64_t> length_of_body(const Parser& parser) {
    if (parser.is_done()) return 0;
    const auto length = parser.content_length();
    return length ? std::optional<std::uint64_t>{*length} : std::nullopt;
}

/// Without the body.
template <class Message>
HttpRequest request_from(const Message& message) {
    HttpRequest request;
    request.method = message.method_string();
    request.target = message.target();
    for (const auto& field : message) add_header(request.headers, field.name_string(), field.value());
    return request;
}

/// The answer's head but for the line that says how the body ends, and the empty one.
inline std::string head_text(const HttpResponse& answer, unsigned version, bool keep) {
    const HeaderLess less;
    const auto is = [&](std::string_view name, std::string_view other) {
        return !less(name, other) && !less(other, name);
    };
    std::string text = version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
    text.append(std::to_string(answer.status)).append(" ");
    text.append(boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(answer.status))).append("\r\n");
    for (const auto& [name, value] : answer.headers) {
        // How the body is framed, and whether the connection stays, is not the handler's to say.
        if (is(name, "Content-Length") || is(name, "Transfer-Encoding") || is(name, "Connection")) continue;
        text.append(name).append(": ").append(value).append("\r\n");
    }
    for (const std::string& cookie : answer.more_cookies) text.append("Set-Cookie: ").append(cookie).append("\r\n");
    if (!keep) text += "Connection: close\r\n";
    if (keep && version == 10) text += "Connection: keep-alive\r\n";
    return text;
}

}  // namespace wardwatch
