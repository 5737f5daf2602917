// The style sheet of the page, and text as HTML.
#include "agent/cli/html_markup.h"

#include "reporting/policy/terminal_table.h"

namespace wardwatch {
namespace {

// Browsers print no background colours, so that what matters has a sign, a word and a border.
constexpr std::string_view style = R"(
:root { color-scheme: light; --fail: #a3161c; --unknown: #7a4b00; --pass: #17663a; --rest: #555; --line: #ccd2d9; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.5rem; color: #1b1f24; background: #fff;
       font: 1rem/1.5 "Segoe UI", system-ui, "Noto Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .7rem; border-bottom: 2px solid #1b1f24; padding-bottom: .2rem; }
h3 { font-size: 1.05rem; line-height: 1.4; margin: 0 0 .5rem; }
.policy { margin: .2rem 0 1.2rem; color: #444; }
.overall { border: 2px solid; border-radius: .4rem; padding: .7rem 1rem; margin: 0 0 1.2rem; }
.overall strong { font-size: 1.25rem; }
.counts { color: #1b1f24; display: block; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
         overflow-wrap: anywhere; }
th { font-weight: 600; }
thead th { background: #eef1f4; border-bottom: 2px solid #8a94a0; overflow-wrap: normal; }
caption { text-align: left; color: #444; padding: 0 0 .4rem; }
.fields > tbody > tr > th { width: 12.5rem; color: #444; }
.rules { table-layout: fixed; }
.rules thead th:nth-child(1) { width: 9rem; } .rules thead th:nth-child(2) { width: 4.5rem; }
.rules thead th:nth-child(3) { width: 33%; } .rules thead th:nth-child(4) { width: 21%; }
.rules th[scope=row] { font-weight: 400; }
ul { margin: 0; padding: 0; list-style: none; }
.item { border: 1px solid var(--line); border-left: .35rem solid; border-radius: .3rem; padding: .8rem 1rem .5rem;
        margin: 0 0 1rem; }
.item > * { color: #1b1f24; }
.item tr:last-child > * { border-bottom: 0; }
.verdict { font-weight: 600; white-space: nowrap; }
.fail { color: var(--fail); } .unknown { color: var(--unknown); }
.pass { color: var(--pass); } .not_applicable { color: var(--rest); }
@page { margin: 1.5cm; }
@media print {
    body { max-width: none; padding: 0; font-size: 10pt; }
    h2, h3 { break-after: avoid; }
    tr, .overall { break-inside: avoid; }
    thead { display: table-header-group; }
}
)";

}  // namespace

std::string_view page_style() { return style; }

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : printable(text)) {
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
            case '\'':
                safe += "&#39;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

std::string element(std::string_view tag, const std::string& content) {
    std::string markup = "<";
    markup.append(tag).append(">").append(content).append("</").append(tag.substr(0, tag.find(' '))).append(">\n");
    return markup;
}

std::string field(const std::string& name, const std::string& markup) {
    return element("tr", element("th scope=\"row\"", escaped(name)) + element("td", markup));
}

std::string fields(const std::string& rows) { return element("table class=\"fields\"", element("tbody", rows)); }

std::string head_row(const std::vector<std::string>& names) {
    std::string cells;
    for (const std::string& name : names) cells += element("th scope=\"col\"", escaped(name));
    return element("thead", element("tr", cells));
}

}  // namespace wardwatch
