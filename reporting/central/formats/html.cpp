// Elements and tables as text, with everything escaped that comes from outside.
#include "reporting/central/formats/html.h"

namespace wardwatch::html {

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

std::string element(const char* name, const char* kind, const std::string& inside) {
    const std::string attribute = *kind == '\0' ? "" : std::string{" class=\""} + kind + "\"";
    return std::string{"<"} + name + attribute + ">" + inside + "</" + name + ">\n";
}

std::string number(std::int64_t value) { return element("td", "n", std::to_string(value)); }
std::string text_cell(std::string_view text, const char* kind) { return element("td", kind, escaped(text)); }

std::string headings(const std::vector<std::string>& names) {
    std::string cells;
    for (const std::string& name : names) cells += "<th scope=\"col\">" + escaped(name) + "</th>";
    return "<thead><tr>" + cells + "</tr></thead>\n";
}

std::string table_of(const std::string& caption, const std::string& head, const std::string& rows) {
    return "<div class=\"wide\"><table>\n<caption>" + escaped(caption) + "</caption>\n" + head + "<tbody>\n" + rows +
           "</tbody></table></div>\n";
}

}  // namespace wardwatch::html
