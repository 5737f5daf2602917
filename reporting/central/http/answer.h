// Around a listener's handler, without sockets: what it throws, what it may not send, and the listener's own errors.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "reporting/central/http/listener.h"

namespace wardwatch {

/// {"error": code, "message": message} as the whole centre's errors are.
HttpResponse error_answer(unsigned status, std::string_view code, std::string_view message);

/// The answer of the handler (`ask` calls it). An exception, or a header that would break out of its line, is logged
/// and becomes a 500.
std::variant<HttpResponse, LaterAnswer> call_handler(
    const std::function<std::variant<HttpResponse, LaterAnswer>()>& ask, const HttpRequest& request,
    const std::function<void(const std::string&)>& log_error);

/// What the listener's refuse_large_body says of a body of that length (nothing: not known yet), if it is to be asked.
std::optional<HttpResponse> refusal_of_body(const ListenerOptions& options, const HttpRequest& head,
                                            std::optional<std::uint64_t> length);

/// `least` and up to half as much again, by chance: those who are refused together are not to come back together.
std::chrono::seconds spread_wait(std::chrono::seconds least);

/// Adds a request's header field. Repeated fields become one list (RFC 9110, section 5.3; cookies: RFC 9113, 8.2.3).
void add_header(Headers& headers, std::string_view name, std::string_view value);

}  // namespace wardwatch
