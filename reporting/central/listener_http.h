// Between Beast's messages and ours. For listener_connection.cpp alone: includes Beast.
#pragma once

#include <boost/beast/http.hpp>

#include "reporting/central/listener_answer.h"

namespace wardwatch {

inline bool is_malformed_http(const boost::system::error_code& error) {
    namespace http = boost::beast::http;
    static const auto& category = http::make_error_code(http::error::bad_method).category();
    return error.category() == category && error != http::error::end_of_stream && error != http::error::partial_message;
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
