// Sheets, formats and cells, by libxlsxwriter.
#include "reporting/central/formats/spreadsheet.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "reporting/central/formats/import_table.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/policy/terminal_table.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

constexpr std::size_t longest_cell = 32'000;  // Excel's limit is 32,767
constexpr std::size_t longest_name = 31;
constexpr double line_height = 16.5;  // points, of 12 point type

struct StateColours {
    Standing standing;
    lxw_color_t background;
    lxw_color_t text;
};

/// Text on its ground has a contrast of 4.5 and more.
constexpr StateColours state_colours[] = {{Standing::pass, 0xE2F0D9, 0x1E5C1E},
                                          {Standing::fail, 0xF8D7DA, 0x8B0000},
                                          {Standing::unknown, 0xE7E6E6, 0x404040},
                                          {Standing::waived, 0xFFF2CC, 0x6B4E00},
                                          {Standing::silent, 0xDDE5F0, 0x1F3864}};

/// libxlsxwriter writes to a path only: a private folder that goes with the book.
class PrivateFolder {
public:
    PrivateFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "wardwatch-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder can be made for the file");
        path_ = name;
    }
    ~PrivateFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Without what Excel forbids in a sheet's name.
std::string allowed_name(std::string name, std::size_t longest) {
    for (char& c : name) {
        if (std::string_view{"[]:*?/\\'"}.find(c) != std::string_view::npos) c = ' ';
    }
    return clean_text(name, longest);
}

std::string sheet_name(const std::string& wanted, std::set<std::string>& used) {
    std::string name = allowed_name(wanted, longest_name);
    // Excel compares names without case; a number makes them differ in more than that.
    for (int number = 2; !used.insert(fold_words(name)).second; ++number) {
        const std::string end = " " + std::to_string(number);
        name = allowed_name(wanted, longest_name - end.size()) + end;
    }
    return name;
}

lxw_datetime date_of(Instant instant) {
    const std::string text = office_clock(instant);
    const auto part = [&](std::size_t at, std::size_t length) { return std::stoi(text.substr(at, length)); };
    return {part(0, 4), part(5, 2), part(8, 2), part(11, 2), part(14, 2), static_cast<double>(part(17, 2))};
}

}  // namespace

struct Spreadsheet::Book {
    PrivateFolder folder;
    lxw_workbook* workbook = nullptr;  ///< closing writes and frees it
    lxw_worksheet* sheet = nullptr;
    std::set<std::string> names;
    lxw_row_t heading_row = 0;
    lxw_row_t next_row = 0;
    lxw_row_t last_filtered = 0;
    bool is_filtered = false;
    std::vector<double> widths;  ///< of the columns, in characters
    lxw_format* title = nullptr;
    lxw_format* subtitle = nullptr;
    lxw_format* heading = nullptr;
    /// In its plain and its bold form.
    std::map<std::string, std::array<lxw_format*, 2>> formats;

    std::string file() const { return (folder.path() / "book.xlsx").string(); }

    lxw_format* make_format(bool bold) const {
        lxw_format* format = workbook_add_format(workbook);
        if (format == nullptr) throw std::bad_alloc();
        format_set_font_name(format, "Times New Roman");
        format_set_font_size(format, 12);
        format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
        if (bold) format_set_bold(format);
        return format;
    }

    void make_formats() {
        title = make_format(true);
        format_set_font_size(title, 16);
        subtitle = make_format(false);
        heading = make_format(true);
        format_set_text_wrap(heading);
        format_set_align(heading, LXW_ALIGN_CENTER);
        format_set_align(heading, LXW_ALIGN_VERTICAL_CENTER);
        format_set_bg_color(heading, 0xD9E2F3);
        format_set_border(heading, LXW_BORDER_THIN);
        for (const bool bold : {false, true}) {
            const auto kind = [&](const std::string& name) {
                lxw_format* format = make_format(bold);
                format_set_border(format, LXW_BORDER_THIN);
                formats[name].at(bold ? 1 : 0) = format;
                return format;
            };
            format_set_text_wrap(kind("text"));
            format_set_num_format(kind("number"), "#,##0");
            format_set_num_format(kind("share"), "0.0%");
            format_set_num_format(kind("day"), "dd/mm/yyyy");
            format_set_num_format(kind("moment"), "dd/mm/yyyy hh:mm");
            for (const StateColours& colours : state_colours) {
                lxw_format* format = kind(std::string{name_of(colours.standing)});
                format_set_bg_color(format, colours.background);
                format_set_font_color(format, colours.text);
                format_set_align(format, LXW_ALIGN_CENTER);
            }
        }
    }
};

Spreadsheet::Spreadsheet() : book_(std::make_unique<Book>()) {
    lxw_workbook_options options{};
    std::string folder = book_->folder.path().string();
    options.tmpdir = folder.data();
    // A row goes to the file as soon as the next one begins: 100,000 PCs would be a million cells in memory.
    options.constant_memory = 1;
    book_->workbook = workbook_new_opt(book_->file().c_str(), &options);
    if (book_->workbook == nullptr) throw std::bad_alloc();
    book_->make_formats();
}

Spreadsheet::~Spreadsheet() {
    if (book_->workbook != nullptr) workbook_close(book_->workbook);
}

void Spreadsheet::begin_sheet(const std::string& name, const std::vector<std::string>& above,
                              const std::vector<SheetColumn>& columns) {
    end_sheet();
    Book& book = *book_;
    book.sheet = workbook_add_worksheet(book.workbook, sheet_name(name, book.names).c_str());
    if (book.sheet == nullptr) throw std::runtime_error("a sheet cannot be called \"" + name + "\"");
    book.next_row = 0;
    for (const std::string& line : above) {
        worksheet_write_string(book.sheet, book.next_row, 0, clean_text(line, longest_cell).c_str(),
                               book.next_row == 0 ? book.title : book.subtitle);
        worksheet_set_row(book.sheet, book.next_row, book.next_row == 0 ? 24 : line_height, nullptr);
        ++book.next_row;
    }
    if (!above.empty()) ++book.next_row;
    book.heading_row = book.last_filtered = book.next_row++;
    book.widths.clear();
    book.is_filtered = false;
    worksheet_set_row(book.sheet, book.heading_row, 2 * line_height, nullptr);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto column = static_cast<lxw_col_t>(i);
        book.widths.push_back(columns[i].width);
        worksheet_set_column(book.sheet, column, column, columns[i].width, nullptr);
        worksheet_write_string(book.sheet, book.heading_row, column, columns[i].heading.c_str(), book.heading);
    }
    worksheet_freeze_panes(book.sheet, book.heading_row + 1, 0);
    worksheet_repeat_rows(book.sheet, book.heading_row, book.heading_row);
    worksheet_set_paper(book.sheet, 9);  // A4
    worksheet_set_landscape(book.sheet);
    worksheet_fit_to_pages(book.sheet, 1, 0);
    worksheet_set_footer(book.sheet, "&C&P/&N");
}

void Spreadsheet::end_sheet() {
    if (book_->sheet != nullptr) filter_rows();
}

// Before the next row begins: of a row that is written already libxlsxwriter takes nothing any more.
void Spreadsheet::filter_rows() {
    Book& book = *book_;
    if (book.widths.empty() || book.is_filtered) return;
    book.is_filtered = true;
    worksheet_autofilter(book.sheet, book.heading_row, 0, book.last_filtered,
                         static_cast<lxw_col_t>(book.widths.size() - 1));
}

void Spreadsheet::write_cell(std::size_t column, const SheetCell& cell, bool bold) {
    Book& book = *book_;
    const lxw_row_t row = book.next_row;
    const auto col = static_cast<lxw_col_t>(column);
    const auto format = [&](const std::string& kind) {
        const auto found = book.formats.find(kind);
        return (found == book.formats.end() ? book.formats.at("text") : found->second).at(bold ? 1 : 0);
    };
    const auto text = [&](const std::string& words, const std::string& kind) {
        worksheet_write_string(book.sheet, row, col, clean_text(words, longest_cell).c_str(), format(kind));
    };
    if (const auto* words = std::get_if<std::string>(&cell)) {
        text(*words, "text");
    } else if (const auto* number = std::get_if<std::int64_t>(&cell)) {
        worksheet_write_number(book.sheet, row, col, static_cast<double>(*number), format("number"));
    } else if (const auto* share = std::get_if<ShareCell>(&cell)) {
        worksheet_write_number(book.sheet, row, col, share->share, format("share"));
    } else if (const auto* state = std::get_if<StateCell>(&cell)) {
        text(state->word, std::string{name_of(state->standing)});
    } else if (const auto* instant = std::get_if<Instant>(&cell)) {
        lxw_datetime date = date_of(*instant);
        worksheet_write_datetime(book.sheet, row, col, &date, format("moment"));
    } else if (const auto* day = std::get_if<DayCell>(&cell); day != nullptr && !day->day.empty()) {
        lxw_datetime date = date_of(parse_instant(day->day + "T00:00:00Z"));
        date.hour = 0;
        worksheet_write_datetime(book.sheet, row, col, &date, format("day"));
    } else {
        worksheet_write_blank(book.sheet, row, col, format("text"));
    }
}

void Spreadsheet::add_row(const std::vector<SheetCell>& cells, bool bold) {
    if (bold) filter_rows();
    double lines = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        write_cell(i, cells[i], bold);
        // Readers do not make room for wrapped text by themselves; a word that does not fit leaves some behind it.
        if (const auto* words = std::get_if<std::string>(&cells[i]); words != nullptr && i < book_->widths.size())
            lines = std::max(lines, std::ceil(1.1 * static_cast<double>(display_width(*words)) / book_->widths[i]));
    }
    worksheet_set_row(book_->sheet, book_->next_row, std::min(lines, 20.0) * line_height, nullptr);
    if (!bold) book_->last_filtered = book_->next_row;
    ++book_->next_row;
}

std::string Spreadsheet::finish() {
    end_sheet();
    const lxw_error error = workbook_close(std::exchange(book_->workbook, nullptr));
    if (error != LXW_NO_ERROR)
        throw std::runtime_error(std::string{"the Excel file was not made: "} + lxw_strerror(error));
    std::ifstream in(book_->file(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (bytes.empty()) throw std::runtime_error("the Excel file was not made: it cannot be read back");
    return bytes;
}

}  // namespace wardwatch
