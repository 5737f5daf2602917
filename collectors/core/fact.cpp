#include "collectors/core/fact.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace wardwatch {
namespace {

constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:ddZ";

bool matches_pattern(std::string_view text) {
    if (text.size() != pattern.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (pattern[i] == 'd' ? !digit : text[i] != pattern[i]) return false;
    }
    return true;
}

unsigned number_at(std::string_view text, std::size_t position, std::size_t length) {
    unsigned number = 0;
    std::from_chars(text.data() + position, text.data() + position + length, number);
    return number;
}

}  // namespace

std::string format_instant(Instant instant) {
    using namespace std::chrono;
    const sys_days day = floor<days>(instant);
    const year_month_day date(day);
    const hh_mm_ss<seconds> time(instant - day);
    std::array<char, 40> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

Instant parse_instant(std::string_view text) {
    using namespace std::chrono;
    const std::string message = "not an instant of the form 2026-11-22T03:04:05Z: '" + std::string(text) + "'";
    if (!matches_pattern(text)) throw std::invalid_argument(message);
    const year_month_day date{year{static_cast<int>(number_at(text, 0, 4))}, month{number_at(text, 5, 2)},
                              day{number_at(text, 8, 2)}};
    const unsigned hour = number_at(text, 11, 2);
    const unsigned minute = number_at(text, 14, 2);
    const unsigned second = number_at(text, 17, 2);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) throw std::invalid_argument(message);
    return sys_days{date} + hours{hour} + minutes{minute} + seconds{second};
}

}  // namespace wardwatch
