// An Excel file taken apart again: what is in its cells, how they look, and that nothing in it is a formula.
#include "reporting/central/formats/spreadsheet.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <map>

#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

using Parts = std::map<std::string, std::string>;

/// The files in the ZIP file that an XLSX file is, by name.
Parts unpacked(const std::string& bytes) {
    const std::unique_ptr<archive, int (*)(archive*)> reader{archive_read_new(), archive_read_free};
    archive_read_support_format_zip(reader.get());
    REQUIRE(archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) == ARCHIVE_OK);
    Parts parts;
    archive_entry* entry = nullptr;
    while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
        std::string& content = parts[archive_entry_pathname(entry)];
        char buffer[4096];
        for (la_ssize_t size = 1; size > 0;) {
            size = archive_read_data(reader.get(), buffer, sizeof buffer);
            REQUIRE(size >= 0);
            content.append(buffer, static_cast<std::size_t>(size));
        }
    }
    return parts;
}

/// All that stands between these two.
std::vector<std::string> all(const std::string& text, const std::string& before, const std::string& after) {
    std::vector<std::string> found;
    for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
        at += before.size();
        const auto end = text.find(after, at);
        if (end == std::string::npos) break;
        found.push_back(text.substr(at, end - at));
    }
    return found;
}

struct Sheets {
    Parts parts;

    explicit Sheets(Spreadsheet& sheet) : parts(unpacked(sheet.finish())) {}

    const std::string& sheet(int number = 1) const {
        return parts.at("xl/worksheets/sheet" + std::to_string(number) + ".xml");
    }
    std::vector<std::string> names() const { return all(parts.at("xl/workbook.xml"), "<sheet name=\"", "\""); }
    /// What stands between the cell's tags; its attributes first.
    std::string cell(const std::string& place) const {
        const std::vector<std::string> found = all(sheet() + "<c ", "<c r=\"" + place + "\"", "<c ");
        REQUIRE(found.size() == 1);
        return found[0];
    }
    double number(const std::string& place) const { return std::stod(all(cell(place), "<v>", "</v>").at(0)); }
    std::string text(const std::string& place) const {
        const std::vector<std::string> found = all(cell(place), "t=\"inlineStr\"><is><t", "</t></is>");
        REQUIRE(found.size() == 1);
        return found[0].substr(found[0].find('>') + 1);
    }
    /// The attributes of the cell's style.
    std::string style(const std::string& place) const {
        const std::string& styles = parts.at("xl/styles.xml");
        const std::string formats = styles.substr(styles.find("<cellXfs"));
        return all(formats, "<xf ", ">").at(std::stoul(all(cell(place), " s=\"", "\"").at(0)));
    }
    std::string number_format(const std::string& place) const {
        const std::string id = all(style(place), "numFmtId=\"", "\"").at(0);
        const auto own = all(parts.at("xl/styles.xml"), "numFmtId=\"" + id + "\" formatCode=\"", "\"");
        return own.empty() ? id : own[0];
    }
    std::string background(const std::string& place) const {
        const std::string& styles = parts.at("xl/styles.xml");
        const auto fills = all(styles, "<fill>", "</fill>");
        const std::string fill = fills.at(std::stoul(all(style(place), "fillId=\"", "\"").at(0)));
        return all(fill, "fgColor rgb=\"", "\"").at(0);
    }
    bool is_bold(const std::string& place) const {
        const auto fonts = all(parts.at("xl/styles.xml"), "<font>", "</font>");
        return fonts.at(std::stoul(all(style(place), "fontId=\"", "\"").at(0))).find("<b/>") != std::string::npos;
    }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("cells are what they say: texts, numbers, days and instants of the office") {
    Spreadsheet sheet;
    sheet.begin_sheet("Máy", {}, {{"Tên", 20}, {"Số", 8}, {"Tỷ lệ"}, {"Ngày"}, {"Lúc"}, {"Trống"}});
    sheet.add_row({std::string{"Đỗ & Mạnh <1>"}, std::int64_t{1234}, ShareCell{0.125}, DayCell{"2026-11-22"},
                   Instant{start}, std::monostate{}});
    sheet.add_row(
        {std::string{}, std::int64_t{-1}, ShareCell{1}, DayCell{""}, Instant{}, StateCell{"Đạt", Standing::pass}});
    const Sheets read{sheet};
    CHECK(read.names() == std::vector<std::string>{"Máy"});
    CHECK(read.text("A1") == "Tên");
    CHECK(read.text("A2") == "Đỗ &amp; Mạnh &lt;1&gt;");
    CHECK(read.number("B2") == 1234);
    CHECK(read.number("B3") == -1);
    CHECK(read.number("C2") == 0.125);
    // 22 November 2026 is Excel's day 46348; 03:00 UTC is 10:00 in Hà Nội.
    CHECK(read.number("D2") == 46348);
    CHECK(std::abs(read.number("E2") - (46348 + 10.0 / 24)) < 1e-6);
    CHECK_FALSE(holds(read.cell("F2"), "<v>"));
    CHECK_FALSE(holds(read.cell("D3"), "<v>"));
    CHECK(read.text("F3") == "Đạt");
    CHECK(read.number_format("B2") == "#,##0");
    CHECK(read.number_format("C2") == "0.0%");
    CHECK(read.number_format("D2") == "dd/mm/yyyy");
    CHECK(read.number_format("E2") == "dd/mm/yyyy hh:mm");
}

TEST_CASE("no text is a formula, however it begins") {
    Spreadsheet sheet;
    sheet.begin_sheet("=1+1", {"=cmd|' /C calc'!A0"}, {{"+1"}});
    for (const char* text : {"=1+1", "@SUM(A1)", "-1", "+1", "{=1}", "http://x.example", "mailto:a@x.example"})
        sheet.add_row({std::string{text}});
    sheet.add_row({StateCell{"=2+2", Standing::pass}});
    const Sheets read{sheet};
    CHECK(read.text("A4") == "=1+1");
    CHECK(read.text("A11") == "=2+2");
    for (const auto& [name, content] : read.parts) {
        CAPTURE(name);
        CHECK_FALSE(holds(content, "<f>"));
        CHECK_FALSE(holds(content, "hyperlink"));
    }
    // A text of control characters, and one longer than Excel takes, leave a file that can be read.
    Spreadsheet odd;
    odd.begin_sheet("x", {}, {{"x"}});
    odd.add_row({std::string{"a\x01\xFF"}});
    odd.add_row({std::string(40'000, 'x')});
    const Sheets odd_read{odd};
    CHECK(odd_read.text("A2") == "a\uFFFD\uFFFD");
    CHECK(odd_read.text("A3").size() < 32'767);
}

TEST_CASE("sheets have names that Excel takes and tells apart") {
    Spreadsheet sheet;
    const std::string longest = "Ủy ban Nhân dân Phường Bến Thành và Quận 1";
    for (const std::string& name : {std::string{"a/b[c]:d*e?f\\g'h"}, longest, longest, std::string{"TỔNG"},
                                    std::string{"tổng"}, std::string{"tong"}})
        sheet.begin_sheet(name, {}, {{"x"}});
    const std::vector<std::string> names = Sheets{sheet}.names();
    REQUIRE(names.size() == 6);
    CHECK(names[0] == "a b c  d e f g h");
    CHECK(names[1] == "Ủy ban Nhân dân Phường Bến Thà…");
    CHECK(names[2] == "Ủy ban Nhân dân Phường Bến T… 2");
    CHECK(names[3] == "TỔNG");
    CHECK(names[4] == "tổng 2");
    CHECK(names[5] == "tong 3");
}

TEST_CASE("the heading stays, the filter leaves sums alone, and print is as wide as the page") {
    Spreadsheet sheet;
    sheet.begin_sheet("x", {"Báo cáo", "từ ngày"}, {{"A", 30}, {"B", 8}});
    sheet.add_row({std::string{"một"}, std::int64_t{1}});
    sheet.add_row({std::string{"hai"}, std::int64_t{2}});
    sheet.add_row({std::string{"cộng"}, std::int64_t{3}}, true);
    const Sheets read{sheet};
    const std::string& content = read.sheet();
    CHECK(read.text("A1") == "Báo cáo");
    CHECK(read.text("A4") == "A");
    CHECK(holds(content, "<autoFilter ref=\"A4:B6\"/>"));
    CHECK(all(content, "<pane ySplit=\"", "\" topLeftCell=\"A5\"") == std::vector<std::string>{"4"});
    CHECK(holds(content, "paperSize=\"9\""));
    CHECK(holds(content, "orientation=\"landscape\""));
    CHECK(holds(content, "fitToHeight=\"0\""));
    CHECK(holds(read.parts.at("xl/workbook.xml"), "_xlnm.Print_Titles"));
    CHECK(holds(content, "<col min=\"1\" max=\"1\" width=\"30.7"));
    CHECK(read.is_bold("A7"));
    CHECK(read.is_bold("B7"));
    CHECK_FALSE(read.is_bold("A6"));
}

TEST_CASE("states have their colours, and what does not apply is plain text") {
    Spreadsheet sheet;
    sheet.begin_sheet("x", {}, {{"A"}});
    for (const Standing standing : {Standing::pass, Standing::fail, Standing::unknown, Standing::waived,
                                    Standing::silent, Standing::not_applicable})
        sheet.add_row({StateCell{"x", standing}});
    const Sheets read{sheet};
    CHECK(read.background("A2") == "FFE2F0D9");
    CHECK(read.background("A3") == "FFF8D7DA");
    CHECK(read.background("A4") == "FFE7E6E6");
    CHECK(read.background("A5") == "FFFFF2CC");
    CHECK(read.background("A6") == "FFDDE5F0");
    CHECK(holds(read.style("A7"), "fillId=\"0\""));
}

TEST_CASE("nothing of a spreadsheet stays behind on the disk") {
    const TemporaryFolder folder;
    const char* const before = std::getenv("TMPDIR");
    const std::string kept = before == nullptr ? "" : before;
    setenv("TMPDIR", folder.path().c_str(), 1);
    {
        Spreadsheet given_up;
        given_up.begin_sheet("x", {}, {{"A"}});
        Spreadsheet finished;
        finished.begin_sheet("x", {}, {{"A"}});
        CHECK_FALSE(std::filesystem::is_empty(folder.path()));
        CHECK(finished.finish().starts_with("PK\x03\x04"));
    }
    CHECK(std::filesystem::is_empty(folder.path()));
    if (before == nullptr) {
        unsetenv("TMPDIR");
    } else {
        setenv("TMPDIR", kept.c_str(), 1);
    }
}
