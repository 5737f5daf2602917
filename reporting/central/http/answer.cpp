// Checks what a handler answers, and makes answers of what it throws.
#include "reporting/central/http/answer.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

namespace wardwatch {

namespace {

// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
    static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               others.find(c) != std::string_view::npos;
    });
}

bool is_field_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

void check(const HttpResponse& response) {
    if (response.status < 200 || response.status > 599) {
        throw std::logic_error("the handler answered with status " + std::to_string(response.status));
    }
    for (const auto& [name, value] : response.headers) {
        if (!is_token(name) || !is_field_value(value)) {
            throw std::logic_error("the handler's header '" + name + "' holds characters that a header may not");
        }
    }
}

// Without the query, which may hold what does not belong in a log, and as one line of ASCII.
std::string describe(const HttpRequest& request) {
    std::string text = request.method + " " + request.target.substr(0, request.target.find('?'));
    for (char& c : text) {
        if (c < 0x20 || c > 0x7e) c = '?';
    }
    return text;
}

}  // namespace

HttpResponse error_answer(unsigned status, std::string_view code, std::string_view message) {
    const nlohmann::json body{{"error", code}, {"message", message}};
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()};
}

std::variant<HttpResponse, LaterAnswer> call_handler(
    const std::function<std::variant<HttpResponse, LaterAnswer>()>& ask, const HttpRequest& request,
    const std::function<void(const std::string&)>& log_error) {
    std::string problem = "an exception that says nothing";
    try {
        std::variant<HttpResponse, LaterAnswer> answer = ask();
        if (const auto* response = std::get_if<HttpResponse>(&answer)) check(*response);
        return answer;
    } catch (const std::exception& error) {
        problem = error.what();
    } catch (...) {  // NOLINT(bugprone-empty-catch) problem says it already
    }
    if (log_error) log_error(describe(request) + " failed: " + problem);
    return error_answer(500, "internal", "The centre could not do this; its log says why.");
}

std::optional<HttpResponse> refusal_of_body(const ListenerOptions& options, const HttpRequest& head,
                                            std::optional<std::uint64_t> length) {
    constexpr std::uint64_t small = 64u << 10;
    if (!options.refuse_large_body || (length && *length <= small)) return std::nullopt;
    bool refused = true;
    auto answer = call_handler(
        [&]() -> HttpResponse {
            auto refusal = options.refuse_large_body(head);
            refused = refusal.has_value();
            return refusal.value_or(HttpResponse{});
        },
        head, options.log_error);
    return refused ? std::optional{std::get<HttpResponse>(std::move(answer))} : std::nullopt;
}

std::chrono::seconds spread_wait(std::chrono::seconds least) {
    thread_local std::minstd_rand dice{std::random_device{}()};
    return least + std::chrono::seconds{std::uniform_int_distribution<std::int64_t>{0, least.count() / 2}(dice)};
}

void add_header(Headers& headers, std::string_view name, std::string_view value) {
    const auto [entry, added] = headers.try_emplace(std::string(name), value);
    if (added) return;
    const bool cookie = !HeaderLess{}(name, "Cookie") && !HeaderLess{}("Cookie", name);
    entry->second.append(cookie ? "; " : ", ").append(value);
}

}  // namespace wardwatch
