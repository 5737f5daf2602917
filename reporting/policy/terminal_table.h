// Text on a terminal, for the agent's and the centre's command line: aligned columns of Vietnamese and English.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wardwatch {

/// Columns that a terminal uses: combining marks take none, East Asian wide letters two. Control characters, which
/// could come from a browser profile's name and steer the terminal, count as one: `printable` replaces them.
std::size_t display_width(std::string_view utf8);

/// The text with control characters (line breaks, escapes, bidirectional overrides) and broken UTF-8 as U+FFFD.
std::string printable(std::string_view utf8);

enum class Heading { none, first_row };

/// Rows of cells, printable, each column as wide as its widest cell, two spaces between, nothing behind the last. A
/// cell of more than 60 columns goes on in the next line. A heading stands over a line of dashes.
std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view indent = "",
                  Heading heading = Heading::none);

}  // namespace wardwatch
