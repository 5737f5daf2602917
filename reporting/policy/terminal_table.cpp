#include "reporting/policy/terminal_table.h"

#include <algorithm>
#include <cstdint>

namespace wardwatch {
namespace {

constexpr std::size_t longest_cell = 60;
constexpr char32_t replacement = 0xFFFD;
constexpr std::string_view replacement_utf8 = "\xEF\xBF\xBD";

struct Decoded {
    char32_t letter;
    std::size_t length;
};

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

Decoded decode(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {replacement, 1};
    char32_t letter = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (!continues(text[i])) return {replacement, 1};
        letter = (letter << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    }
    const bool too_long = (length == 3 && letter < 0x800) || (length == 4 && letter < 0x10000);
    if (too_long || letter > 0x10FFFF || (letter >= 0xD800 && letter <= 0xDFFF)) return {replacement, 1};
    return {letter, length};
}

bool within(char32_t letter, char32_t first, char32_t last) { return letter >= first && letter <= last; }

bool is_control(char32_t letter) {
    return letter < 0x20 || within(letter, 0x7F, 0x9F) || within(letter, 0x200B, 0x200F) ||
           within(letter, 0x2028, 0x202E) || within(letter, 0x2066, 0x2069) || letter == 0xFEFF;
}

bool is_combining(char32_t letter) {
    return within(letter, 0x300, 0x36F) || within(letter, 0x1AB0, 0x1AFF) || within(letter, 0x20D0, 0x20FF);
}

bool is_wide(char32_t letter) {
    return within(letter, 0x1100, 0x115F) || within(letter, 0x2E80, 0xA4CF) || within(letter, 0xAC00, 0xD7A3) ||
           within(letter, 0xF900, 0xFAFF) || within(letter, 0xFE30, 0xFE6F) || within(letter, 0xFF00, 0xFF60) ||
           within(letter, 0x1F300, 0x1FAFF) || within(letter, 0x20000, 0x3FFFD);
}

// A cell's lines, at spaces; a word is never cut, so that a path can be copied.
std::vector<std::string> wrap(const std::string& cell) {
    std::vector<std::string> lines;
    std::size_t start = 0;
    std::size_t last_space = std::string::npos;
    for (std::size_t at = 0; at <= cell.size(); ++at) {
        if (at < cell.size() && cell[at] != ' ') continue;
        const bool too_wide = display_width(std::string_view(cell).substr(start, at - start)) > longest_cell;
        if (too_wide && last_space != std::string::npos && last_space > start) {
            lines.push_back(cell.substr(start, last_space - start));
            start = last_space + 1;
        }
        last_space = at;
    }
    lines.push_back(cell.substr(start));
    return lines;
}

using WrappedRow = std::vector<std::vector<std::string>>;

std::string row_lines(const WrappedRow& cells, const std::vector<std::size_t>& widths, std::string_view indent) {
    std::size_t height = 0;
    for (const std::vector<std::string>& cell : cells) height = std::max(height, cell.size());
    std::string text;
    for (std::size_t line = 0; line < height; ++line) {
        std::string one(indent);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string part = line < cells[i].size() ? cells[i][line] : std::string();
            one += part;
            if (i + 1 < cells.size()) one.append(widths[i] - display_width(part) + 2, ' ');
        }
        one.erase(one.find_last_not_of(' ') + 1);
        text += one + "\n";
    }
    return text;
}

std::string ruler(const std::vector<std::size_t>& widths, std::string_view indent) {
    std::string line(indent);
    for (std::size_t i = 0; i < widths.size(); ++i)
        line += std::string(widths[i], '-') + (i + 1 < widths.size() ? "  " : "\n");
    return line;
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
    std::size_t width = 0;
    while (!utf8.empty()) {
        const Decoded next = decode(utf8);
        width += is_combining(next.letter) ? 0u : is_wide(next.letter) ? 2u : 1u;
        utf8.remove_prefix(next.length);
    }
    return width;
}

std::string printable(std::string_view utf8) {
    std::string text;
    while (!utf8.empty()) {
        const Decoded next = decode(utf8);
        const bool replace = next.letter == replacement || is_control(next.letter);
        text.append(replace ? replacement_utf8 : utf8.substr(0, next.length));
        utf8.remove_prefix(next.length);
    }
    return text;
}

std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view indent, Heading heading) {
    std::vector<WrappedRow> wrapped;
    std::vector<std::size_t> widths;
    for (const std::vector<std::string>& row : rows) {
        WrappedRow& cells = wrapped.emplace_back();
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            cells.push_back(wrap(printable(row[i])));
            for (const std::string& line : cells.back()) widths[i] = std::max(widths[i], display_width(line));
        }
    }
    std::string text;
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
        text += row_lines(wrapped[i], widths, indent);
        if (i == 0 && heading == Heading::first_row) text += ruler(widths, indent);
    }
    return text;
}

}  // namespace wardwatch
