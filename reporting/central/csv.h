// CSV as Excel writes and reads it (RFC 4180, UTF-8), for imports that are checked line by line.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/policy/policy.h"

namespace wardwatch {

/// Something that is wrong at one line of a file, counted from 1 as an editor does.
struct CsvProblem {
    std::size_t line = 0;
    Text reason;
};

/// The file as a whole cannot be read.
class CsvError : public std::runtime_error {
public:
    explicit CsvError(const CsvProblem& problem) : std::runtime_error(problem.reason.en), problem_(problem) {}
    const CsvProblem& problem() const { return problem_; }

private:
    CsvProblem problem_;
};

struct CsvRow {
    std::size_t line = 0;  ///< where it begins: a quoted cell may hold line breaks
    std::vector<std::string> cells;
};

/// Excel takes a file for UTF-8 only with this in front.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The rows, the heading first, without rows whose cells are all empty. The delimiter is "," or ";", whichever the
/// first line has more of. Throws CsvError for another encoding than UTF-8 and for quotes that are not closed or stand
/// within a cell.
std::vector<CsvRow> read_csv(std::string_view bytes);

/// One line with its end (CRLF); cells are quoted where they must be.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace wardwatch
