// CSV as Excel writes and reads it (RFC 4180; UTF-8, or UTF-16 as "Unicode Text"), for imports that are checked line by
// line, and for files that leave the centre.
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
    std::string column = {};  ///< its heading in the file; empty: the line as a whole
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

/// The rows, the heading first, without rows whose cells are all empty. The delimiter is ",", ";" or a tab, whichever
/// the first line has most of. Throws CsvError for another encoding than UTF-8 or UTF-16 with its byte order mark, and
/// for quotes that are not closed or stand within a cell.
std::vector<CsvRow> read_csv(std::string_view bytes);

/// A text that a spreadsheet would run as a formula (it begins with = + - @, a tab or a line break), with an apostrophe
/// in front: it is then shown and not run. Other texts as they are. For cells of every CSV that holds others' texts.
std::string inert(const std::string& cell);
/// The inverse of `inert`, for what was exported and comes back.
std::string without_apostrophe(const std::string& cell);

/// One line with its end (CRLF); cells are quoted where they must be.
std::string csv_line(const std::vector<std::string>& cells);
/// The same with every cell made inert.
std::string inert_csv_line(const std::vector<std::string>& cells);

}  // namespace wardwatch
