// Takes CSV apart, whatever Excel wrote it in, and writes it so that no cell runs as a formula.
#include "reporting/central/formats/csv.h"

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
                            {"tệp không phải UTF-8 (có lẽ là Windows-1258, TCVN3 hay VNI); trong Excel hãy lưu dạng "
                             "\"CSV UTF-8 (Comma delimited)\"",
                             "the file is not in UTF-8 (but perhaps in Windows-1258); in Excel save it as \"CSV UTF-8 "
                             "(Comma delimited)\""}});
        if (text.front() == '\n') ++line;
        text.remove_prefix(length);
    }
}

void append_utf8(std::string& text, unsigned code) {
    const auto add = [&](unsigned byte) { text += static_cast<char>(byte); };
    const auto follow = [&](unsigned bits) { add(0x80U | (bits & 0x3FU)); };
    if (code < 0x80) return add(code);
    if (code < 0x800) {
        add(0xC0U | code >> 6);
    } else if (code < 0x10000) {
        add(0xE0U | code >> 12);
        follow(code >> 6);
    } else {
        add(0xF0U | code >> 18);
        follow(code >> 12);
        follow(code >> 6);
    }
    follow(code);
}

/// Excel's "Unicode Text". `bytes` without the mark.
std::string from_utf16(std::string_view bytes, bool little_endian) {
    const auto unit = [&](std::size_t i) {
        const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[at])); };
        return little_endian ? byte(i) | byte(i + 1) << 8 : byte(i) << 8 | byte(i + 1);
    };
    const auto broken = [](std::size_t line) {
        return CsvError({line, {"tệp UTF-16 bị hỏng; hãy lưu lại", "the UTF-16 is broken here; save the file again"}});
    };
    std::string text;
    text.reserve(bytes.size());
    std::size_t line = 1;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        if (i + 1 == bytes.size()) throw broken(line);
        unsigned code = unit(i);
        const bool high = code >= 0xD800 && code <= 0xDBFF;
        if (high && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) <= 0xDFFF) {
            code = 0x10000 + ((code - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
            i += 2;
        } else if (code >= 0xD800 && code <= 0xDFFF) {
            throw broken(line);
        }
        if (code == '\n') ++line;
        append_utf8(text, code);
    }
    return text;
}

std::string to_utf8(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE")) return from_utf16(bytes.substr(2), true);
    if (bytes.starts_with("\xFE\xFF")) return from_utf16(bytes.substr(2), false);
    if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
    return std::string{bytes};
}

char delimiter_of(std::string_view text) {
    const std::string_view heading = text.substr(0, text.find_first_of("\r\n"));
    const auto count = [&](char c) { return std::count(heading.begin(), heading.end(), c); };
    char most = ',';
    for (const char c : {';', '\t'}) most = count(c) > count(most) ? c : most;
    return most;
}

bool runs_as_formula(std::string_view cell) {
    return !cell.empty() && std::string_view{"=+-@\t\r\n"}.find(cell.front()) != std::string_view::npos;
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
    const std::string text = to_utf8(bytes);
    require_utf8(text);
    Reader reader{text, delimiter_of(text)};
    std::vector<CsvRow> rows;
    while (!reader.at_end()) {
        CsvRow row = reader.row();
        const bool empty =
            std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& cell) { return cell.empty(); });
        if (!empty) rows.push_back(std::move(row));
    }
    return rows;
}

std::string inert(const std::string& cell) { return runs_as_formula(cell) ? "'" + cell : cell; }

std::string without_apostrophe(const std::string& cell) {
    return cell.starts_with('\'') && runs_as_formula(std::string_view{cell}.substr(1)) ? cell.substr(1) : cell;
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += ',';
        // ";" and tabs too: who opens it where that is the delimiter gets whole cells.
        if (cells[i].find_first_of(",;\t\"\r\n") == std::string::npos) {
            line += cells[i];
            continue;
        }
        line += '"';
        for (const char c : cells[i]) line += c == '"' ? "\"\"" : std::string(1, c);
        line += '"';
    }
    return line + "\r\n";
}

std::string inert_csv_line(const std::vector<std::string>& cells) {
    std::vector<std::string> harmless;
    harmless.reserve(cells.size());
    for (const std::string& cell : cells) harmless.push_back(inert(cell));
    return csv_line(harmless);
}

}  // namespace wardwatch
