// How vendors write dates and numbers of days.
#pragma once

#include <optional>
#include <string_view>

#include "collectors/core/fact.h"

namespace wardwatch {

enum class DateForm {
    days_left,     ///< "200": whole days until the end, counted by the product
    unix_seconds,  ///< "1795305600"; 0 and 4294967295 mean "never"
    iso,           ///< "2027-04-01T12:00:00Z"
    day,  ///< a day anywhere in the text, without a time zone: "30333 (20261121)", "2026-11-21_04", "20261121.003"
    short_hour,      ///< "26112104": year, month, day, hour, UTC
    unix_or_day,     ///< a day, or else seconds
    wmi_or_dotted,   ///< CIM_DATETIME "20270401120000.000000+420", else "1.4.2027 …", day before month
    filetime_ticks,  ///< 100 ns since 1601
};

/// What a text of this form says. Empty when it says "never", throws PortError when it is none, or one
/// outside the years 2000 to 2099. `days_left` counts from `now` and gives midnight UTC of the last day, so that the
/// same answer later on the same day is the same instant. A day without a time zone is midnight UTC; where that lies
/// less than a day ahead of `now`, it is the day before: east of Greenwich the day begins earlier.
std::optional<Instant> read_date(DateForm form, std::string_view text, Instant now);

/// Midnight UTC of the day on which `days` are over; empty beyond 100 years, which is no date.
std::optional<Instant> end_of_days(std::uint64_t days, Instant now);

/// "2027-04-01".
std::string day_text(Instant instant);

}  // namespace wardwatch
