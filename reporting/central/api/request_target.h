// A request's target taken apart: what stood percent-encoded in its path and its query.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wardwatch {

/// A broken escape, or bytes that are not UTF-8. what() is one English sentence that says what to do.
class TargetError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// By name; of a name that stands twice the last value counts.
using Query = std::map<std::string, std::string, std::less<>>;

/// One part of a path, in which a '+' is a '+' (RFC 3986).
std::string decoded_segment(std::string_view segment);

/// What stands behind the '?', written as forms and URLSearchParams do: a '+' is a space, %2B a '+'
/// (application/x-www-form-urlencoded).
Query decoded_query(std::string_view query);

}  // namespace wardwatch
