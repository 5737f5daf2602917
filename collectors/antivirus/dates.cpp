#include "collectors/antivirus/dates.h"

#include <charconv>
#include <cstdint>

#include "collectors/machine/machine.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// No licence runs longer; products without an end report absurd numbers (0xFFFFFFFF days ends in the year 11 million).
constexpr std::uint64_t longest_licence_days = 100 * 366;
constexpr std::int64_t no_time = 0xFFFFFFFF;
constexpr std::int64_t seconds_from_1601_to_1970 = 11'644'473'600;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::int64_t> decimal(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string_view trimmed(std::string_view text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// `count` digits from `at`; empty when there are fewer.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(at, count)) {
        if (!is_digit(c)) return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

std::optional<Instant> date(std::optional<int> year, std::optional<int> month, std::optional<int> day) {
    if (!year || !month || !day || *year < 2000 || *year > 2099) return std::nullopt;
    const std::chrono::year_month_day written{std::chrono::year{*year},
                                              std::chrono::month{static_cast<unsigned>(*month)},
                                              std::chrono::day{static_cast<unsigned>(*day)}};
    return written.ok() ? std::optional<Instant>(std::chrono::sys_days{written}) : std::nullopt;
}

std::optional<Instant> plausible(std::optional<Instant> instant) {
    if (!instant || *instant < *date(2000, 1, 1) || *instant >= *date(2099, 12, 31)) return std::nullopt;
    return instant;
}

/// Twice two digits below 24 and 60, and seconds.
std::optional<seconds> clock_time(std::string_view text, std::size_t at, std::size_t step) {
    const auto hour = digits(text, at, 2);
    const auto minute = digits(text, at + step, 2);
    const auto second = digits(text, at + 2 * step, 2);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return hours{*hour} + minutes{*minute} + seconds{*second};
}

std::optional<Instant> iso_date(std::string_view text) {
    const auto day = date(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
    const auto time = clock_time(text, 11, 3);
    const bool marks = text.size() == 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' &&
                       text[16] == ':' && text[19] == 'Z';
    return marks && day && time ? std::optional(*day + *time) : std::nullopt;
}

/// The first place with yyyyMMdd, or yyyy-MM-dd with the same mark twice, that is a date.
std::optional<Instant> first_day(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_digit(text[at]) || (at > 0 && is_digit(text[at - 1]))) continue;
        if (const auto found = date(digits(text, at, 4), digits(text, at + 4, 2), digits(text, at + 6, 2))) {
            return found;
        }
        if (at + 10 > text.size() || text[at + 4] != text[at + 7] || is_digit(text[at + 4])) continue;
        if (const auto found = date(digits(text, at, 4), digits(text, at + 5, 2), digits(text, at + 8, 2))) {
            return found;
        }
    }
    return std::nullopt;
}

std::optional<Instant> day_without_zone(std::string_view text, Instant now) {
    const auto found = first_day(text);
    if (found && *found > now && *found <= now + days{1}) return *found - days{1};
    return found;
}

/// "20270401120000.000000+420": local time and its distance from UTC in minutes.
std::optional<Instant> cim_date(std::string_view text) {
    const auto day = date(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2));
    const auto time = clock_time(text, 8, 2);
    const auto offset = digits(text, 22, 3);
    const bool marks = text.size() == 25 && text[14] == '.' && (text[21] == '+' || text[21] == '-');
    if (!marks || !day || !time || !offset) return std::nullopt;
    return *day + *time - minutes{text[21] == '+' ? *offset : -*offset};
}

std::optional<Instant> dotted_date(std::string_view text) {
    const std::size_t first = text.find('.');
    const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos || first > 2 || second - first > 3) return std::nullopt;
    return date(digits(text, second + 1, 4), digits(text, first + 1, second - first - 1), digits(text, 0, first));
}

std::optional<Instant> short_hour(std::string_view text) {
    const auto year = digits(text, 0, 2);
    const auto day = date(year ? std::optional(2000 + *year) : year, digits(text, 2, 2), digits(text, 4, 2));
    const auto hour = digits(text, 6, 2);
    return text.size() == 8 && day && hour && *hour < 24 ? std::optional(*day + hours{*hour}) : std::nullopt;
}

/// The instant that a count of seconds since 1970 names; beyond the years that are dates it is not computed.
std::optional<Instant> from_seconds(std::optional<std::int64_t> count) {
    constexpr std::int64_t seconds_of_200_years = std::int64_t{200} * 366 * 86'400;
    if (!count || *count < 0 || *count > seconds_of_200_years) return std::nullopt;
    return plausible(Instant{seconds{*count}});
}

std::optional<Instant> read_form(DateForm form, std::string_view text, Instant now) {
    const std::optional<std::int64_t> number = decimal(text);
    switch (form) {
        case DateForm::days_left:
            return number && *number >= 0 ? end_of_days(static_cast<std::uint64_t>(*number), now) : std::nullopt;
        case DateForm::unix_seconds:
            return from_seconds(number);
        case DateForm::iso:
            return iso_date(text);
        case DateForm::day:
            return day_without_zone(text, now);
        case DateForm::short_hour:
            return short_hour(text);
        case DateForm::unix_or_day:
            if (const auto found = day_without_zone(text, now)) return found;
            return from_seconds(number);
        case DateForm::wmi_or_dotted:
            if (const auto found = cim_date(text)) return found;
            return dotted_date(text);
        case DateForm::filetime_ticks:
            if (!number) return std::nullopt;
            return from_seconds(*number / 10'000'000 - seconds_from_1601_to_1970);
    }
    return std::nullopt;
}

}  // namespace

std::optional<Instant> end_of_days(std::uint64_t left, Instant now) {
    if (left > longest_licence_days) return std::nullopt;
    return std::chrono::floor<days>(now) + days{static_cast<int>(left)};
}

std::optional<Instant> read_date(DateForm form, std::string_view text, Instant now) {
    text = trimmed(text);
    const bool seconds_form = form == DateForm::unix_seconds || form == DateForm::unix_or_day;
    if (seconds_form && (text == "0" || decimal(text) == no_time)) return std::nullopt;
    const std::optional<Instant> found = read_form(form, text, now);
    // Without the text: what stands where a date should may be anything.
    if (!found) throw PortError(reasons::no_date_there());
    return found;
}

std::string day_text(Instant instant) { return format_instant(instant).substr(0, 10); }

}  // namespace wardwatch
