// CSV as Excel writes it, and as people break it; the units' file with every wrong line named.
#include "reporting/central/formats/csv.h"

#include <catch2/catch_test_macros.hpp>

#include "reporting/central/units/import.h"

using namespace wardwatch;
using namespace std::string_literals;

namespace {

using Cells = std::vector<std::vector<std::string>>;

Cells cells_of(std::string_view bytes) {
    Cells all;
    for (const CsvRow& row : read_csv(bytes)) all.push_back(row.cells);
    return all;
}

CsvProblem problem_of(std::string_view bytes) {
    try {
        read_unit_csv(bytes);
    } catch (const CsvError& error) {
        return error.problem();
    }
    return {};
}

}  // namespace

TEST_CASE("cells are read as RFC 4180 writes them") {
    CHECK(cells_of("").empty());
    CHECK(cells_of("a,b\r\n1,2\r\n") == Cells{{"a", "b"}, {"1", "2"}});
    CHECK(cells_of("a,b\n1,2") == Cells{{"a", "b"}, {"1", "2"}});
    CHECK(cells_of("a,b\r1,2\r") == Cells{{"a", "b"}, {"1", "2"}});
    CHECK(cells_of("a,b\n,\n1,") == Cells{{"a", "b"}, {"1", ""}});
    CHECK(cells_of("\"a,\"\"x\"\"\",b\r\n\"1\r\n2\",\"\"\r\n") == Cells{{"a,\"x\"", "b"}, {"1\r\n2", ""}});
    CHECK(cells_of("\xEF\xBB\xBFpath,số máy\r\n") == Cells{{"path", "số máy"}});
    CHECK(cells_of("path;pcs\r\nPhường A, B;3\r\n") == Cells{{"path", "pcs"}, {"Phường A, B", "3"}});
}

TEST_CASE("a row knows the line where it begins") {
    const std::vector<CsvRow> rows = read_csv("path\r\n\"a\nb\"\r\n\r\nc\r\n");
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].line == 2);
    CHECK(rows[2].line == 5);
}

TEST_CASE("what is written is read again") {
    const std::vector<std::string> cells{"plain", "a,b", "a;b", "say \"x\"", "two\r\nlines", "", " ế "};
    CHECK(csv_line({"a", "b,c"}) == "a,\"b,c\"\r\n");
    CHECK(cells_of(csv_line(cells)) == Cells{cells});
}

TEST_CASE("broken quotes are named with their line") {
    CHECK(problem_of("path\nok\n\"open\n\n").line == 3);
    CHECK(problem_of("path\na\"b\n").line == 2);
    CHECK(problem_of("path\n\"a\"b\n").line == 2);
    CHECK(problem_of("path\n\"a\"b\n").reason.en.find("\"\"") != std::string::npos);
}

TEST_CASE("other encodings are refused with what to do") {
    CHECK(problem_of("path\nPh\xFA\n").line == 2);            // Windows-1258
    CHECK(problem_of("p\0a\0t\0h\0"s).line == 1);             // UTF-16 without its mark
    CHECK(problem_of("\xFF\xFEp\0\n\0a"s).line == 2);         // with it, and cut off
    CHECK(problem_of("\xFF\xFEp\0\x3C\xD8"s).line == 1);      // half of a surrogate pair
    CHECK(problem_of("path\nok\n\xC0\xAF\n").line == 3);      // overlong
    CHECK(problem_of("path\nok\n\xED\xA0\x80\n").line == 3);  // half of a surrogate pair
    CHECK(problem_of("path\nok\nPh\xC6").line == 3);          // cut off
    CHECK(problem_of("path\n\xFF").reason.vi.find("UTF-8") != std::string::npos);
    CHECK(read_csv("path\n\xF0\x9F\x8F\xA2 \xE1\xBA\xBF\n").size() == 2);
}

TEST_CASE("Excel's Unicode Text is read: UTF-16 with tabs") {
    // "ô\tế\r\n🏢\tx", in both byte orders
    const std::string little = "\xFF\xFE\xF4\0\t\0\xBF\x1E\r\0\n\0\x3C\xD8\xE2\xDF\t\0x\0"s;
    std::string big;
    for (std::size_t i = 0; i < little.size(); i += 2) big += {little[i + 1], little[i]};
    const Cells expected{{"ô", "ế"}, {"\xF0\x9F\x8F\xA2", "x"}};
    CHECK(cells_of(little) == expected);
    CHECK(cells_of(big) == expected);
    CHECK(cells_of("a\tb,c;d\te\r\n1\t2\t3") == Cells{{"a", "b,c;d", "e"}, {"1", "2", "3"}});
}

TEST_CASE("what a spreadsheet would run is made inert, and read back as it was") {
    for (const char* cell : {"=1+1", "+84 24", "-1", "@sum", "\tx", "\rx", "\nx"}) {
        CHECK(inert(cell) == "'" + std::string{cell});
        CHECK(without_apostrophe(inert(cell)) == cell);
    }
    for (const char* cell : {"", "an.nguyen", "'quoted'", "1=1", "ế"}) {
        CHECK(inert(cell) == cell);
        CHECK(without_apostrophe(cell) == cell);
    }
    CHECK(inert_csv_line({"=a", "b,c"}) == "'=a,\"b,c\"\r\n");
}

TEST_CASE("paths are read from the column of that name, spaces around names left out") {
    const UnitImport import = read_unit_csv("pcs; Path \r\n3;Thành phố / Phường A\r\n;Phường B\r\n");
    CHECK(import.problems.empty());
    CHECK(import.paths == Cells{{"Thành phố", "Phường A"}, {"Phường B"}});
    CHECK(problem_of("").reason.en.find("empty") != std::string::npos);
    CHECK(problem_of("unit,pcs\nA,1\n").reason.en.find("\"path\"") != std::string::npos);
}

TEST_CASE("every wrong line is named with its reason") {
    const UnitImport import = read_unit_csv(
        "path,pcs\nPhường A,1\n=1+1,1\nA/+B,1\n-x,1\n@x,1\nA//B,1\n12,1\nA,B,1\n\"A\nB\",1\nPhường B,1\n");
    std::vector<std::size_t> lines;
    lines.reserve(import.problems.size());
    for (const CsvProblem& problem : import.problems) lines.push_back(problem.line);
    CHECK(lines == std::vector<std::size_t>{3, 4, 5, 6, 7, 8, 9, 10});
    CHECK(import.problems.at(0).reason.en.find("formula") != std::string::npos);
    CHECK(import.problems.at(1).reason.vi.find("\"+B\"") != std::string::npos);
    CHECK(import.problems.at(6).reason.en.find("has 3 cells, the heading has 2") == 0);
    std::string deep = "A";
    for (int i = 0; i < 50; ++i) deep += "/A";
    CHECK(read_unit_csv("path\n" + deep + "\n").problems.at(0).reason.en == "more than 50 levels");
    CHECK(read_unit_csv("path\n" + std::string(201, 'A') + "\n").problems.size() == 1);
}
