#include "reporting/client/answer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "reporting/client/client.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

using nlohmann::json;

std::optional<unsigned> parse_number(std::string_view text) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// RFC 9110, section 5.6.7: the one form that may be sent today.
std::optional<Instant> parse_http_date(std::string_view text) {
    static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
    const auto day = parse_number(text.substr(5, 2));
    const auto* const month = std::find(months.begin(), months.end(), text.substr(8, 3));
    const auto year = parse_number(text.substr(12, 4));
    const auto hour = parse_number(text.substr(17, 2));
    const auto minute = parse_number(text.substr(20, 2));
    const auto second = parse_number(text.substr(23, 2));
    if (!day || month == months.end() || !year || !hour || !minute || !second) return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{static_cast<unsigned>(month - months.begin()) + 1},
                                           std::chrono::day{*day}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second};
}

std::string text_member(const json& object, const char* name) {
    const auto member = object.find(name);
    return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

/// Null when it is no JSON: something between the PC and the centre may have answered.
json body_of(const HttpResponse& response) {
    constexpr JsonLimits limits{1u << 20, 32};
    try {
        return parse_strict(response.body, limits);
    } catch (const JsonError&) {
        return nullptr;
    }
}

[[noreturn]] void refuse(const HttpResponse& response, const json& body, Instant now) {
    const std::string http = "HTTP " + std::to_string(response.status);
    std::string message =
        "The centre answered " + http + " and gave no reason: is this the address and port of its agents' listener?";
    if (body.is_object() && !text_member(body, "message").empty()) {
        const std::string code = text_member(body, "error");
        message = text_member(body, "message") + " (" + http + (code.empty() ? "" : ", " + code) + ")";
    }
    const auto wait = response.headers.find("Retry-After");
    throw CentreRefused(response.status, message,
                        wait == response.headers.end() ? std::nullopt : parse_retry_after(wait->second, now));
}

}  // namespace

json read_answer(const HttpResponse& response, Instant now) {
    const json body = body_of(response);
    if (response.status < 200 || response.status > 299) refuse(response, body, now);
    if (!body.is_object()) throw CentreUnreachable("The centre's answer is not the JSON object that was expected.");
    return body;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, Instant now) {
    if (const auto seconds = parse_number(text)) return std::chrono::seconds{*seconds};
    if (const auto date = parse_http_date(text)) return std::max(*date - now, std::chrono::seconds{0});
    return std::nullopt;
}

}  // namespace wardwatch
