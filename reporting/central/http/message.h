// Between Beast's messages and ours. For listener_connection.cpp alone: includes Beast.
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

/// All but the body; how the body ends is for the caller to say.
template <class Message>
void set_head(Message& message, const HttpResponse& answer, unsigned version, bool keep) {
    message.result(answer.status);
    message.version(version);
    for (const auto& [name, value] : answer.headers) message.set(name, value);
    message.keep_alive(keep);
    message.erase(boost::beast::http::field::transfer_encoding);
    message.erase(boost::beast::http::field::content_length);
}

}  // namespace wardwatch
