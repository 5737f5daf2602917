#include "reporting/central/csv.h"

#include <algorithm>
#include <array>

namespace wardwatch {

namespace {

/// The length of the sequence that begins here, as the Unicode standard's table 3-7 has it; 0: none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto within = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
    const auto follows = [&](std::size_t i) { return within(i, 0x80, 0xBF); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool second = within(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
        return second && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool second = within(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
        return second && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

void require_utf8(std::string_view text) {
    std::size_t line = 1;
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        // UTF-16 is full of zeros.
        if (length == 0 || text.front() == '\0')
            throw CsvError({line,
                            {"tệp không phải UTF-8; trong Excel hãy lưu dạng \"CSV UTF-8 (Comma delimited)\"",
                             "the file is not in UTF-8; in Excel save it as \"CSV UTF-8 (Comma delimited)\""}});
        if (text.front() == '\n') ++line;
        text.remove_prefix(length);
    }
}

char delimiter_of(std::string_view text) {
    const std::string_view heading = text.substr(0, text.find_first_of("\r\n"));
    return std::count(heading.begin(), heading.end(), ';') > std::count(heading.begin(), heading.end(), ',') ? ';'
                                                                                                             : ',';
}

class Reader {
public:
    Reader(std::string_view rest, char delimiter) : rest_(rest), delimiter_(delimiter) {}
    bool at_end() const { return rest_.empty(); }

    CsvRow row() {
        CsvRow row{line_, {}};
        do {
            row.cells.push_back(rest_.starts_with('"') ? quoted() : plain());
        } while (take(delimiter_));
        end_line();
        return row;
    }

private:
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void end_line() {
        const bool carriage_return = take('\r');
        const bool line_feed = take('\n');
        if (carriage_return || line_feed) ++line_;
    }

    std::string plain() {
        const std::array ends{delimiter_, '\r', '\n', '\0'};
        const std::string_view cell = rest_.substr(0, rest_.find_first_of(ends.data()));
        if (cell.find('"') != std::string_view::npos)
            throw CsvError({line_,
                            {"dấu \" đứng giữa ô; hãy đặt cả ô trong dấu \" và viết \"\" cho mỗi dấu bên trong",
                             "a \" stands within a cell; put the whole cell in quotes and write \"\" for each in it"}});
        rest_.remove_prefix(cell.size());
        return std::string{cell};
    }

    std::string quoted() {
        const std::size_t begin = line_;
        std::string cell;
        take('"');
        while (!rest_.empty()) {
            if (take('"') && !rest_.starts_with('"')) {
                if (rest_.empty() || rest_.find_first_of(std::string{delimiter_} + "\r\n") == 0) return cell;
                throw CsvError({line_,
                                {"sau dấu \" đóng ô còn chữ; hãy viết \"\" cho dấu \" bên trong ô",
                                 "text follows the \" that ends a cell; write \"\" for a \" in a cell"}});
            }
            if (rest_.front() == '\n') ++line_;
            cell += rest_.front();
            rest_.remove_prefix(1);
        }
        throw CsvError(
            {begin, {"dấu \" mở ô ở đây không được đóng", "the \" that begins a cell here is never closed"}});
    }

    std::string_view rest_;
    char delimiter_;
    std::size_t line_ = 1;
};

}  // namespace

std::vector<CsvRow> read_csv(std::string_view bytes) {
    if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
    require_utf8(bytes);
    Reader reader{bytes, delimiter_of(bytes)};
    std::vector<CsvRow> rows;
    while (!reader.at_end()) {
        CsvRow row = reader.row();
        const bool empty =
            std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& cell) { return cell.empty(); });
        if (!empty) rows.push_back(std::move(row));
    }
    return rows;
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += ',';
        // ";" too: who opens it where that is the delimiter gets whole cells.
        if (cells[i].find_first_of(",;\"\r\n") == std::string::npos) {
            line += cells[i];
            continue;
        }
        line += '"';
        for (const char c : cells[i]) line += c == '"' ? "\"\"" : std::string(1, c);
        line += '"';
    }
    return line + "\r\n";
}

}  // namespace wardwatch
