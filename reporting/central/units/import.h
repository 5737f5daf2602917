// The tree of units from CSV, with every wrong line named. What is exported (views/units.h) can be read again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/formats/csv.h"

namespace wardwatch {

inline constexpr std::size_t unit_csv_limit = std::size_t{5} << 20;
inline constexpr std::size_t unit_levels_limit = 50;

struct UnitImport {
    std::vector<std::vector<std::string>> paths;  ///< names from the top
    std::vector<CsvProblem> problems;             ///< when there is one, nothing is to be imported
};

/// Reads the column "path"; other columns are for people. Spaces around names do not count.
UnitImport read_unit_csv(std::string_view bytes);

}  // namespace wardwatch
