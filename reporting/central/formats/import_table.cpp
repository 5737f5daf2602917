// Finds the columns by their headings and reads days and numbers, each mistake with its place.
#include "reporting/central/formats/import_table.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "reporting/central/formats/text_fold.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

std::string_view stripped(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const std::size_t begin = std::min(text.find_first_not_of(white), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(white) + 1);
}

bool is_number(std::string_view text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number_of(std::string_view text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string two_digits(unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string day_text(std::chrono::year_month_day day) {
    std::string year = std::to_string(static_cast<int>(day.year()));
    year.insert(0, 4 - std::min<std::size_t>(4, year.size()), '0');
    return year + "-" + two_digits(static_cast<unsigned>(day.month())) + "-" +
           two_digits(static_cast<unsigned>(day.day()));
}

std::chrono::year_month_day day_of(const std::string& text) {
    using namespace std::chrono;
    return {year{number_of(text.substr(0, 4))}, month{static_cast<unsigned>(number_of(text.substr(5, 2)))},
            day{static_cast<unsigned>(number_of(text.substr(8, 2)))}};
}

std::optional<std::chrono::year_month_day> calendar_day(std::string_view text) {
    const std::size_t first = text.find_first_of("/-.");
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = text.find(text[first], first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    std::array parts{text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
    if (is_number(parts[0], 4, 4)) std::swap(parts[0], parts[2]);
    if (!is_number(parts[0], 1, 2) || !is_number(parts[1], 1, 2) || !is_number(parts[2], 4, 4)) return std::nullopt;
    using namespace std::chrono;
    const year_month_day day{year{number_of(parts[2])}, month{static_cast<unsigned>(number_of(parts[1]))},
                             std::chrono::day{static_cast<unsigned>(number_of(parts[0]))}};
    if (!day.ok() || day.year() < year{1990}) return std::nullopt;
    return day;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

/// A time of day, or what stands beside one.
bool belongs_to_time(std::string_view word) {
    if (is_one_of(word, {"am", "pm", "sa", "ch"})) return true;
    return word.find(':') != std::string_view::npos && number_of(word) < 24 &&
           word.find_first_not_of("0123456789:.,+-z") == std::string_view::npos;
}

std::vector<std::string> words_of(std::string text) {
    // "2026-11-22T10:04:05Z"
    if (text.size() > 10 && text[10] == 't') text[10] = ' ';
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

Text named(const ImportColumn& column) {
    const std::string name = " (" + std::string{column.name} + ")";
    return {"\"" + column.label.vi + "\"" + name, "\"" + column.label.en + "\"" + name};
}

}  // namespace

ImportTable::ImportTable(std::string_view bytes, std::vector<ImportColumn> columns)
    : columns_(std::move(columns)), rows_(read_csv(bytes)) {
    if (rows_.empty()) throw CsvError({1, {"tệp trống", "the file is empty"}});
    const CsvRow& heading = rows_.front();
    for (std::size_t i = 0; i < heading.cells.size(); ++i) {
        const std::string name = fold_words(heading.cells[i]);
        const auto column = std::find_if(columns_.begin(), columns_.end(), [&](const ImportColumn& wanted) {
            return name == wanted.name || name == fold_words(wanted.label.vi) || name == fold_words(wanted.label.en) ||
                   std::find(wanted.known.begin(), wanted.known.end(), name) != wanted.known.end();
        });
        if (column == columns_.end()) continue;
        if (!places_.emplace(column->name, i).second)
            throw CsvError({heading.line,
                            {"hai cột cùng là " + named(*column).vi + "; hãy bỏ một cột",
                             "two columns are both " + named(*column).en + "; take one out"},
                            heading.cells[i]});
    }
    for (const ImportColumn& column : columns_) {
        if (!column.required || places_.contains(column.name)) continue;
        throw CsvError({heading.line,
                        {"dòng tiêu đề không có cột " + named(column).vi + "; các cột cách nhau bằng , hoặc ; hoặc tab",
                         "the heading has no column " + named(column).en + "; columns are separated by , or ; or tab"},
                        column.label.vi});
    }
    if (rows_.size() == 1)
        throw CsvError({heading.line,
                        {"tệp chỉ có dòng tiêu đề, không có dòng nào để nhập",
                         "the file has a heading only, there is no line to import"}});
}

std::string ImportTable::cell(std::size_t row, std::string_view column) const {
    const auto place = places_.find(column);
    if (place == places_.end()) return "";
    const std::vector<std::string>& cells = rows_[row + 1].cells;
    return place->second < cells.size() ? std::string{stripped(without_apostrophe(cells[place->second]))} : "";
}

std::optional<CsvProblem> ImportTable::row_problem(std::size_t row) const {
    const CsvRow& found = rows_[row + 1];
    const std::vector<std::string>& heading = rows_.front().cells;
    if (found.cells.size() != heading.size()) {
        const std::string has = std::to_string(found.cells.size());
        const std::string wanted = std::to_string(heading.size());
        return CsvProblem{
            found.line,
            {"có " + has + " ô, dòng tiêu đề có " + wanted + "; ô có dấu , hoặc ; phải đặt trong dấu \"",
             "has " + has + " cells, the heading has " + wanted + "; a cell with , or ; must stand in quotes"}};
    }
    for (const auto& [name, place] : places_) {
        const std::string text = cell(row, name);
        if (has_control_characters(text))
            return problem(row, name,
                           {"ô có xuống dòng, tab hoặc ký tự điều khiển; hãy viết trên một dòng",
                            "the cell holds a line break, a tab or a control character; write it in one line"});
        if (text.size() > 500)
            return problem(row, name, {"ô dài quá 500 byte; hãy viết ngắn lại", "more than 500 bytes; write less"});
    }
    return std::nullopt;
}

CsvProblem ImportTable::problem(std::size_t row, std::string_view column, const Text& reason) const {
    const auto place = places_.find(column);
    return {line(row), reason, place == places_.end() ? std::string{column} : rows_.front().cells[place->second]};
}

ImportedDay imported_day(std::string_view cell) {
    const std::string text = fold_words(cell);
    if (is_one_of(text, {"", "-", "--", "n/a", "na", "null", "none", "unknown", "khong ro", "chua ro", "?"})) return {};
    if (is_one_of(text, {"never", "never changed", "never logged in", "chua", "chua bao gio", "chua doi",
                         "chua tung doi", "chua doi lan nao", "chua dang nhap", "chua tung dang nhap"}))
        return {ImportedDay::never, ""};
    std::optional<std::chrono::year_month_day> day;
    bool next_day = false;
    for (const std::string& word : words_of(text)) {
        if (!day) {
            day = calendar_day(word);
            if (day) continue;
        }
        if (!belongs_to_time(word)) return {ImportedDay::mistake, ""};
        // In Vietnam it is seven hours later than in UTC.
        const bool utc = word.ends_with('z') || word.ends_with("+00:00");
        next_day = next_day || (utc && number_of(word) >= 17);
    }
    if (!day) return {ImportedDay::mistake, ""};
    if (next_day) day = std::chrono::sys_days{*day} + std::chrono::days{1};
    return {ImportedDay::day, day_text(*day)};
}

std::int64_t days_between(const std::string& from, const std::string& to) {
    return (std::chrono::sys_days{day_of(to)} - std::chrono::sys_days{day_of(from)}).count();
}

bool is_day(std::string_view text) {
    return text.size() == 10 && text[4] == '-' && text[7] == '-' && is_number(text.substr(0, 4), 4, 4) &&
           is_number(text.substr(5, 2), 2, 2) && is_number(text.substr(8, 2), 2, 2) && day_of(std::string{text}).ok();
}

}  // namespace wardwatch
