// Members of a body and of a query that several subjects' routes read.
#include "reporting/central/api/context.h"

#include <charconv>

namespace wardwatch {

Role role_member(JsonObject& body, std::string_view name) {
    try {
        return role_from(body.text(name, {1, 40}));
    } catch (const std::invalid_argument& error) {
        throw ApiError(400, "bad_request", error.what());
    }
}

std::optional<std::int64_t> unit_member(const Call& call, JsonObject& body, std::string_view name) {
    const nlohmann::json& value = body.member(name);
    if (value.is_null()) return std::nullopt;
    const std::int64_t unit = integer_of(value, body.place_of(name));
    if (!call.scope.holds(unit)) throw ApiError(400, "bad_request", "There is no unit " + std::to_string(unit) + ".");
    return unit;
}

void require_no_token(const Call& call) {
    if (!call.person.is_token) return;
    throw ApiError(403, "not_for_tokens", "An API token cannot do this; a person has to sign in.");
}

std::optional<std::int64_t> query_number(const Call& call, std::string_view name) {
    const auto found = call.query.find(name);
    if (found == call.query.end()) return std::nullopt;
    const std::string& text = found->second;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
    throw ApiError(400, "bad_request", std::string{name} + " must be a number.");
}

}  // namespace wardwatch
