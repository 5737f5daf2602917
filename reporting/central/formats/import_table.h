// A table that an office keeps in Excel, as it comes in: columns found by their headings, in Vietnamese or English and
// in any order; dates as people and systems write them; each mistake with its line, its column and what to write.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/formats/csv.h"

namespace wardwatch {

/// The bodies of imports; more is a 413.
inline constexpr std::size_t import_limit = std::size_t{16} << 20;

struct ImportColumn {
    std::string_view name;                ///< "account"
    std::vector<std::string_view> known;  ///< further headings, folded
    Text label;                           ///< as it is called in messages
    bool required = false;
};

class ImportTable {
public:
    /// Throws CsvError for what cannot be read, an empty file, a heading without a required column or with one twice,
    /// and a file with a heading only.
    ImportTable(std::string_view bytes, std::vector<ImportColumn> columns);

    std::size_t size() const { return rows_.size() - 1; }
    /// The row's text in this column, without white space at the ends; empty where the file has no such column.
    std::string cell(std::size_t row, std::string_view column) const;
    std::size_t line(std::size_t row) const { return rows_[row + 1].line; }
    /// A row with more or fewer cells than the heading, or with control characters, cannot be trusted.
    std::optional<CsvProblem> row_problem(std::size_t row) const;
    CsvProblem problem(std::size_t row, std::string_view column, const Text& reason) const;

private:
    std::vector<ImportColumn> columns_;
    std::vector<CsvRow> rows_;
    std::map<std::string_view, std::size_t> places_;
};

/// A day in the office's time zone, or why there is none.
struct ImportedDay {
    enum Kind { unknown, never, day, mistake } kind = unknown;
    std::string day_text;  ///< "2026-11-22"
};

/// "22/11/2026", "22-11-2026", "22.11.2026", "2026-11-22", "2026/11/22", with or without a time before or after, also
/// with Z or +00:00 for UTC: the day comes first, never the month. Empty, "-", "không rõ", "unknown": unknown. "chưa
/// đổi", "chưa đăng nhập", "chưa bao giờ", "never": never. A day before 1990 is a mistake: systems write so that they
/// know none.
ImportedDay imported_day(std::string_view cell);

/// Days from one "2026-11-22" to another.
std::int64_t days_between(const std::string& from, const std::string& to);
bool is_day(std::string_view text);

}  // namespace wardwatch
