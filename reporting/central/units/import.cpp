// Paths from rows of CSV.
#include "reporting/central/units/import.h"

#include <algorithm>

#include "collectors/core/ascii.h"
#include "reporting/central/units/names.h"

namespace wardwatch {

namespace {

std::string trimmed(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    const std::size_t end = text.find_last_not_of(" \t") + 1;
    return std::string{text.substr(begin, std::max(begin, end) - begin)};
}

std::vector<std::string> names_of(std::string_view path) {
    std::vector<std::string> names;
    for (;;) {
        const std::size_t end = path.find('/');
        names.push_back(trimmed(path.substr(0, end)));
        if (end == std::string_view::npos) return names;
        path.remove_prefix(end + 1);
    }
}

std::size_t path_column(const std::vector<CsvRow>& rows) {
    if (rows.empty()) throw CsvError({1, {"tệp trống", "the file is empty"}});
    const std::vector<std::string>& heading = rows.front().cells;
    const auto found = std::find_if(heading.begin(), heading.end(),
                                    [](const std::string& cell) { return ascii_lower(trimmed(cell)) == "path"; });
    if (found == heading.end())
        throw CsvError({rows.front().line,
                        {"dòng tiêu đề không có cột \"path\" (các cột cách nhau bằng , hoặc ;)",
                         "the heading has no column \"path\" (columns are separated by , or ;)"}});
    return static_cast<std::size_t>(found - heading.begin());
}

std::optional<Text> row_problem(const CsvRow& row, std::size_t columns) {
    if (row.cells.size() == columns) return std::nullopt;
    const std::string has = std::to_string(row.cells.size());
    const std::string wanted = std::to_string(columns);
    return Text{"có " + has + " ô, dòng tiêu đề có " + wanted + "; chữ có dấu , hoặc ; phải đặt trong dấu \"",
                "has " + has + " cells, the heading has " + wanted + "; a text with , or ; must stand in quotes"};
}

std::optional<Text> path_problem(const std::vector<std::string>& names) {
    if (names.size() > unit_levels_limit) return Text{"quá 50 cấp", "more than 50 levels"};
    for (const std::string& name : names) {
        if (const std::optional<Text> problem = unit_name_problem(name))
            return Text{"\"" + name + "\": " + problem->vi, "\"" + name + "\": " + problem->en};
    }
    return std::nullopt;
}

}  // namespace

UnitImport read_unit_csv(std::string_view bytes) {
    const std::vector<CsvRow> rows = read_csv(bytes);
    const std::size_t column = path_column(rows);
    UnitImport import;
    import.paths.reserve(rows.size());
    for (std::size_t i = 1; i < rows.size(); ++i) {
        std::optional<Text> problem = row_problem(rows[i], rows.front().cells.size());
        std::vector<std::string> names;
        if (!problem) {
            names = names_of(rows[i].cells[column]);
            problem = path_problem(names);
        }
        if (problem) {
            import.problems.push_back({rows[i].line, *problem});
        } else {
            import.paths.push_back(std::move(names));
        }
    }
    return import;
}

}  // namespace wardwatch
