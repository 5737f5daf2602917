// An Excel file (XLSX) as an office wants it: headings that stay, filters, widths, dates as dates, and states in a word
// with a colour. Texts are texts: nothing in them is ever a formula.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

struct ShareCell {
    double share = 0;  ///< 0 to 1, shown in per cent
};
struct DayCell {
    std::string day;  ///< "2026-11-22"
};
/// A standing's word, with its colour.
struct StateCell {
    std::string word;
    Standing standing = Standing::unknown;
};
/// An instant is shown in the office's time zone.
using SheetCell = std::variant<std::monostate, std::string, std::int64_t, Instant, ShareCell, DayCell, StateCell>;

struct SheetColumn {
    std::string heading;
    double width = 12;  ///< characters
};

/// Keeps no more than a row in memory. Throws std::runtime_error when the system has no room for the file.
class Spreadsheet {
public:
    Spreadsheet();
    ~Spreadsheet();
    Spreadsheet(const Spreadsheet&) = delete;
    Spreadsheet& operator=(const Spreadsheet&) = delete;

    /// Cut to Excel's 31 characters, and made unlike the other names. `above` stands over the table, the first line
    /// large. `landscape` is how it is printed: A4, as wide as the page, the heading on each.
    void begin_sheet(const std::string& name, const std::vector<std::string>& above,
                     const std::vector<SheetColumn>& columns);
    /// A bold row is a sum, and comes last: the filter leaves it where it is.
    void add_row(const std::vector<SheetCell>& cells, bool bold = false);
    /// The file; nothing can be added any more.
    std::string finish();

private:
    void end_sheet();
    void filter_rows();
    void write_cell(std::size_t column, const SheetCell& cell, bool bold);

    struct Book;
    std::unique_ptr<Book> book_;
};

}  // namespace wardwatch
