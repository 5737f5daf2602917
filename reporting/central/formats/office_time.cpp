// Vietnam's clock, UTC+7 without summer time.
#include "reporting/central/formats/office_time.h"

#include <stdexcept>

namespace wardwatch {

namespace {

constexpr std::chrono::hours vietnam_offset{7};

}  // namespace

std::string office_clock(Instant instant) {
    std::string text = format_instant(instant + vietnam_offset).substr(0, 19);
    text[10] = ' ';
    return text;
}

std::string vietnam_time(Instant instant) { return office_clock(instant).substr(0, 16) + " +07"; }

std::string office_day(Instant instant) { return office_clock(instant).substr(0, 10); }

Instant start_of_day(const std::string& day) {
    if (day.size() != 10) throw std::invalid_argument("\"" + day + "\" is no day: write it like 2026-11-22");
    return parse_instant(day + "T00:00:00Z") - vietnam_offset;
}

std::string written_day(const std::string& day) {
    if (day.size() != 10) return day;
    return day.substr(8, 2) + "/" + day.substr(5, 2) + "/" + day.substr(0, 4);
}

std::string add_days(const std::string& day, int days) {
    return office_day(start_of_day(day) + std::chrono::days{days});
}

Instant day_or_instant(const std::string& text, bool end) {
    constexpr std::size_t day_length = 10;
    if (text.size() == day_length) return start_of_day(end ? add_days(text, 1) : text);
    return parse_instant(text) + std::chrono::seconds{end ? 1 : 0};
}

}  // namespace wardwatch
