// The one place where JSON is read: from outside bounded, unambiguous, and with the place in every message, for
// reports, policies, requests and answers. What was read here is flat enough to be copied and written again, which
// recurse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wardwatch {

/// what() names the place and what is wrong: "facts[3].value: expected an integer". Always valid UTF-8 and short.
class JsonError : public std::runtime_error {
public:
    explicit JsonError(const std::string& what, std::optional<std::size_t> where = std::nullopt)
        : std::runtime_error(what), byte(where) {}
    std::optional<std::size_t> byte;  ///< where what is no JSON was noticed, counted from 1
};

struct JsonLimits {
    std::size_t bytes;
    std::size_t depth;  ///< objects and arrays inside each other
};

/// Throws JsonError for what is not JSON in UTF-8 without byte order mark, for a member that stands twice in one
/// object, and for what is over the limits.
nlohmann::json parse_strict(std::string_view text, const JsonLimits& limits);

/// JSON of this program's own: what it was built with, its database, its files. Never what somebody sent. Throws
/// nlohmann::json::exception for what is none.
nlohmann::json parse_own(std::string_view text);

/// How many characters a text may have. Control characters are refused always.
struct TextLimits {
    std::size_t least = 0;
    std::size_t most = 0;
};

/// Reads an object by member names. The value must outlive it.
class JsonObject {
public:
    /// `place` is where the object stands ("facts[3]"), empty for the whole document. Throws JsonError when the value
    /// is no object.
    JsonObject(const nlohmann::json& value, std::string place);

    bool has(std::string_view name) const;
    /// Throws JsonError when the member is missing.
    const nlohmann::json& member(std::string_view name);
    std::string text(std::string_view name, TextLimits limits);
    std::int64_t integer(std::string_view name);
    bool boolean(std::string_view name);

    /// Throws JsonError for the first member that was never asked for (by `member`, `text`, …).
    void refuse_others() const;
    /// "facts[3].value"
    std::string place_of(std::string_view name) const;

private:
    const nlohmann::json* value_;
    std::string place_;
    std::set<std::string, std::less<>> read_;
};

/// A 64-bit integer written without fraction or exponent; JsonError otherwise.
std::int64_t integer_of(const nlohmann::json& value, const std::string& place);
/// Text within the limits and without control characters; JsonError otherwise.
std::string text_of(const nlohmann::json& value, TextLimits limits, const std::string& place);

}  // namespace wardwatch
