// Tables and dates for a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

/// How many columns UTF-8 text takes in a terminal: Vietnamese letters take one, whether composed or with combining
/// marks.
std::size_t display_width(std::string_view utf8);

/// Columns two spaces apart, the first row over a line. Control characters are shown as "?", so that no host name can
/// move the cursor.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

/// "2026-11-22 10:04 +07": Vietnam's time, whatever the machine's zone. Vietnam knows no summer time.
std::string vietnam_time(Instant instant);

}  // namespace wardwatch
