// Dates and days of the central office, which is in Vietnam.
#pragma once

#include <string>

#include "collectors/core/fact.h"

namespace wardwatch {

/// "2026-11-22 10:04:05": Vietnam's time, whatever the machine's zone. Vietnam knows no summer time.
std::string office_clock(Instant instant);

/// "2026-11-22 10:04 +07".
std::string vietnam_time(Instant instant);

/// "2026-11-22": the day that the instant falls on at the office. Days as text are ordered as they come.
std::string office_day(Instant instant);

/// The midnight with which the day begins at the office. Throws std::invalid_argument for what is no day.
Instant start_of_day(const std::string& day);

/// A day of the office ("2026-11-22"), of which it is the beginning or the `end` (the next one's beginning), or an
/// instant ("2026-11-22T03:00:00Z"; `end`: just behind it). Throws std::exception for anything else.
Instant day_or_instant(const std::string& text, bool end);

/// "22/11/2026" of "2026-11-22", as people here write it. Anything else as it is.
std::string written_day(const std::string& day);

/// The day that many days later, or earlier.
std::string add_days(const std::string& day, int days);

}  // namespace wardwatch
