// What an answer of the centre means to the client.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "collectors/core/fact.h"
#include "reporting/tls/http.h"

namespace wardwatch {

/// The JSON object of a 2xx answer. Throws CentreRefused for any other status, with the centre's own words when it gave
/// some, and CentreUnreachable for a 2xx whose body is no JSON object. `now` serves a Retry-After that is a date.
nlohmann::json read_answer(const HttpResponse& response, Instant now);

/// A Retry-After header: seconds, or an HTTP date ("Sun, 06 Nov 1994 08:49:37 GMT"; in the past it is 0 s). Nothing
/// for any other text.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, Instant now);

}  // namespace wardwatch
