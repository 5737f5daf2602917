#include "reporting/fleet/http_text.h"

#include <charconv>
#include <stdexcept>

#include "reporting/tls/http.h"

namespace wardwatch {

namespace {

constexpr std::size_t longest_body = 1u << 20;

std::size_t number_in(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) throw std::runtime_error("a number was expected");
    return number;
}

bool same(std::string_view a, std::string_view b) { return !HeaderLess{}(a, b) && !HeaderLess{}(b, a); }

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string post_text(std::string_view target, std::string_view heads, std::string_view body,
                      std::string_view encoding) {
    std::string text = "POST ";
    text.append(target).append(" HTTP/1.1\r\n").append(heads);
    text.append("Content-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size()));
    if (!encoding.empty()) text.append("\r\nContent-Encoding: ").append(encoding);
    return text.append("\r\n\r\n").append(body);
}

std::optional<PlainAnswer> take_answer(std::string& received) {
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string::npos) return std::nullopt;
    std::string_view head = std::string_view{received}.substr(0, end + 2);
    if (!head.starts_with("HTTP/1.1 ") || head.size() < 14) throw std::runtime_error("the answer is not HTTP/1.1");
    PlainAnswer answer;
    answer.status = static_cast<unsigned>(number_in(head.substr(9, 3)));
    std::optional<std::size_t> length;
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(line.size() + 2);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) throw std::runtime_error("the answer's head is none");
        const std::string_view value = trimmed(line.substr(colon + 1));
        const std::string_view name = line.substr(0, colon);
        if (same(name, "Content-Length")) length = number_in(value);
        if (same(name, "Connection")) answer.closes = same(value, "close");
        if (same(name, "Retry-After")) answer.retry_after = std::chrono::seconds{number_in(value)};
    }
    if (!length || *length > longest_body) throw std::runtime_error("the answer's length is missing or too large");
    if (received.size() < end + 4 + *length) return std::nullopt;
    answer.body = received.substr(end + 4, *length);
    if (received.size() == end + 4 + *length)
        received = std::string{};
    else
        received.erase(0, end + 4 + *length);
    return answer;
}

}  // namespace wardwatch
