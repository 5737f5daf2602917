// Both readers of reports agree, whatever they are given: the plain one takes less, and nothing else.
#include "reporting/central/formats/report_reader.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "reporting/wire/report_json.h"
#include "tests/reporting/wire/every_value.h"
#include "tests/test_data.h"

using namespace wardwatch;

namespace {

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// The report, or why not.
std::variant<Report, std::string> outcome(Report (*read)(std::string_view), const std::string& text) {
    try {
        return read(text);
    } catch (const WireError& error) {
        return std::string{error.what()};
    }
}

/// Whether the plain reader took it; when it did, it must be what the strict one makes of it.
bool taken(const std::string& text) {
    const std::optional<Report> plain = plain_report(text);
    if (!plain) return false;
    INFO(text);
    CHECK(outcome(report_from_json, text) == std::variant<Report, std::string>{*plain});
    return true;
}

}  // namespace

TEST_CASE("reports as agents write them are taken by the plain reader") {
    CHECK(taken(to_json(every_value()).dump()));
    CHECK(taken(to_json(hostile_values()).dump()));
    CHECK(taken(to_json(report_of({})).dump()));
    CHECK(taken(to_json(every_value()).dump(4)));
    CHECK(taken(report_text(every_value(), 2)));
    const std::optional<Report> coded = plain_report(report_text(every_value(), 2));
    CHECK(std::get<Unknown>(coded->facts.at(2).value).reason.code == "timed_out");
    CHECK(std::get<Unknown>(coded->facts.at(2).value).reason.text == "timed out after 20 s");
    CHECK(plain_report(to_json(every_value()).dump())->facts.size() == every_value().facts.size());
}

TEST_CASE("both readers agree about all documents that are known") {
    int seen = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(test_data() / "reporting/wire/documents")) {
        if (!entry.is_regular_file()) continue;
        const std::string text = bytes_of(entry.path());
        INFO(entry.path());
        CHECK(taken(text) <= (entry.path().parent_path().filename() == "good"));
        CHECK(outcome(report_from_agent, text) == outcome(report_from_json, text));
        ++seen;
    }
    CHECK(seen > 60);
}

TEST_CASE("both readers agree about a report in which one place is wrong") {
    Report report = every_value();
    report.facts.resize(5);  // one of each kind
    const std::string good = GENERATE_COPY(canonical_json(report), report_text(report, 2));
    const std::vector<std::string> pieces = {"",
                                             "0",
                                             "-",
                                             "-0",
                                             ".0",
                                             "e1",
                                             "\"",
                                             "\\",
                                             "\\u0041",
                                             "\\u0007",
                                             "\\ud800",
                                             "{",
                                             "}",
                                             "[",
                                             "]",
                                             ",",
                                             ":",
                                             " ",
                                             "\n",
                                             "\x01",
                                             "\x7f",
                                             "\xff",
                                             "\xc0\xaf",
                                             "null",
                                             "true",
                                             "A",
                                             std::string(1, '\0'),
                                             "\xe1\xbb\x85"};
    int plain = 0;
    for (std::size_t i = 0; i <= good.size(); ++i) {
        for (std::size_t n = 0; n < pieces.size(); ++n) {
            if ((i + n) % 3 != 0) continue;  // enough, and a third of the time
            plain += taken(good.substr(0, i) + pieces[n] + good.substr(i)) ? 1 : 0;
            if (i < good.size()) plain += taken(good.substr(0, i) + pieces[n] + good.substr(i + 1)) ? 1 : 0;
        }
    }
    CHECK(plain > 300);
}

TEST_CASE("both readers agree about members that are moved, doubled or missing") {
    const std::string good =
        canonical_json(report_of({{"a.b", "i", std::int64_t{1}, "file"}, {"a.c", "", Unknown{in_words("x")}, ""}}));
    std::vector<std::size_t> commas;
    for (std::size_t i = 0; i < good.size(); ++i) {
        if (good[i] == ',' || good[i] == '{' || good[i] == '}') commas.push_back(i);
    }
    for (const std::size_t from : commas) {
        for (const std::size_t to : commas) {
            if (to <= from) continue;
            const std::string part = good.substr(from, to - from);
            taken(good.substr(0, from) + good.substr(to));       // missing
            taken(good.substr(0, to) + part + good.substr(to));  // doubled
            for (const std::size_t place : commas) {
                if (place >= to) taken(good.substr(0, from) + good.substr(to, place - to) + part + good.substr(place));
            }
        }
    }
    CHECK_FALSE(taken(good + " {}"));
    CHECK_FALSE(taken(good + "]"));
    CHECK(taken(good + " \n"));
    CHECK_FALSE(taken(" " + good));
}
