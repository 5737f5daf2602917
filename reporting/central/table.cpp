#include "reporting/central/table.h"

#include <algorithm>

namespace wardwatch {

namespace {

/// The code point at `at`, which moves on; a stray byte counts as itself.
char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at++);
    if (lead < 0xC0) return lead;
    char32_t point = lead & (lead < 0xE0 ? 0x1FU : lead < 0xF0 ? 0x0FU : 0x07U);
    while (at < text.size() && (byte(at) & 0xC0U) == 0x80U) point = (point << 6U) | (byte(at++) & 0x3FU);
    return point;
}

bool between(char32_t point, char32_t first, char32_t last) { return point >= first && point <= last; }

std::size_t width_of(char32_t point) {
    if (between(point, 0x300, 0x36F) || between(point, 0x200B, 0x200F) || point == 0xFEFF) return 0;
    const bool wide = between(point, 0x1100, 0x115F) || between(point, 0x2E80, 0xA4CF) ||
                      between(point, 0xAC00, 0xD7A3) || between(point, 0xF900, 0xFAFF) ||
                      between(point, 0xFE30, 0xFE6F) || between(point, 0xFF00, 0xFF60) ||
                      between(point, 0x1F300, 0x1FAFF) || between(point, 0x20000, 0x3FFFD);
    return wide ? 2 : 1;
}

std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
    return text;
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < utf8.size();) width += width_of(next_code_point(utf8, at));
    return width;
}

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    const auto line = [&](const std::vector<std::string>& row) {
        std::string text;
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += printable(row[i]);
            if (i + 1 < row.size()) text.append(widths[i] - display_width(row[i]) + 2, ' ');
        }
        text.erase(text.find_last_not_of(' ') + 1);
        return text + "\n";
    };
    std::string table;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        table += line(rows[i]);
        if (i != 0) continue;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            table += std::string(widths[column], '-') + (column + 1 < widths.size() ? "  " : "\n");
        }
    }
    return table;
}

std::string vietnam_time(Instant instant) {
    std::string text = format_instant(instant + std::chrono::hours{7}).substr(0, 16);
    text[10] = ' ';
    return text + " +07";
}

}  // namespace wardwatch
