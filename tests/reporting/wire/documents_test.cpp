// The same documents are judged by the JSON Schema in schema_test.py; both must agree on each.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "reporting/wire/report_json.h"
#include "tests/test_data.h"

using namespace wardwatch;

namespace {

std::filesystem::path documents() { return test_data() / "reporting/wire/documents"; }

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Every bad document with what its sender is told.
const std::map<std::string, std::string> messages = {
    {"agent_version_control", "agent_version: holds a control character"},
    {"agent_version_empty", "agent_version: shorter than 1 characters"},
    {"agent_version_long", "agent_version: longer than 64 characters"},
    {"byte_order_mark", "begins with a byte order mark"},
    {"cut_short", "not valid JSON in UTF-8 at byte 217"},
    {"device_id_not_hex", "device_id: expected a UUID in lower case"},
    {"device_id_number", "device_id: expected text"},
    {"empty", "not valid JSON in UTF-8 at byte 1"},
    {"fact_id_digit", "facts[1].id: expected <collector>.<field> in lower case"},
    {"fact_id_empty", "facts[1].id: shorter than 1 characters"},
    {"fact_id_ends_in_dot", "facts[1].id: expected <collector>.<field> in lower case"},
    {"fact_id_line_end", "facts[1].id: holds a control character"},
    {"fact_id_long", "facts[1].id: longer than 100 characters"},
    {"fact_id_missing", "facts[1]: member \"id\" is missing"},
    {"fact_id_two_dots", "facts[1].id: expected <collector>.<field> in lower case"},
    {"fact_id_upper_case", "facts[1].id: expected <collector>.<field> in lower case"},
    {"fact_member_twice", "facts[1]: member \"value\" stands twice"},
    {"fact_text", "facts[0]: expected an object"},
    {"fact_unknown_member", "facts[1]: unknown member \"age\""},
    {"facts_missing", "member \"facts\" is missing"},
    {"facts_object", "facts: expected an array"},
    {"format_missing", "member \"format\" is missing"},
    {"format_text", "format: expected an integer"},
    {"format_unknown", "format: this version knows formats 1 to 2 only"},
    {"instance_control", "facts[1].instance: holds a control character"},
    {"instance_delete", "facts[1].instance: holds a control character"},
    {"instance_long", "facts[1].instance: longer than 1000 characters"},
    {"instance_missing", "facts[1]: member \"instance\" is missing"},
    {"instance_number", "facts[1].instance: expected text"},
    {"instant_31_april", "facts[0].value: not an instant of the form 2026-11-22T03:04:05Z: '2026-04-31T00:00:00Z'"},
    {"instant_as_number", "facts[0].value: expected text"},
    {"instant_as_text", "facts[0].value: not an instant of the form 2026-11-22T03:04:05Z: 'yesterday'"},
    {"lone_surrogate", "not valid JSON in UTF-8 at byte 378"},
    {"member_twice", "member \"trigger\" stands twice"},
    {"not_an_object", "expected an object"},
    {"not_utf8", "not valid JSON in UTF-8 at byte 372"},
    {"reason_control", "facts[0].reason.seconds: holds a control character"},
    {"reason_in_format_1", "facts[0]: unknown member \"reason\""},
    {"reason_inside_without_code", "facts[0].reason.why: member \"code\" is missing"},
    {"reason_long", "facts[0].reason.seconds: longer than 1000 characters"},
    {"reason_many_members", "facts[0].reason: too many members"},
    {"reason_member_with_space", "facts[0].reason: expected members in lower case"},
    {"reason_number", "facts[0].reason.seconds: expected text"},
    {"reason_text", "facts[0].reason: expected an object"},
    {"reason_upper_case", "facts[0].reason.code: expected a word in lower case"},
    {"reason_with_value", "facts[0]: unknown member \"reason\""},
    {"reason_without_code", "facts[0].reason: member \"code\" is missing"},
    {"report_id_line_end", "report_id: holds a control character"},
    {"report_id_missing", "member \"report_id\" is missing"},
    {"report_id_short", "report_id: expected a UUID in lower case"},
    {"report_id_upper_case", "report_id: expected a UUID in lower case"},
    {"source_empty", "facts[1].source: shorter than 1 characters"},
    {"source_long", "facts[1].source: longer than 64 characters"},
    {"source_missing", "facts[1]: member \"source\" is missing"},
    {"taken_at_24_h", "taken_at: not an instant of the form 2026-11-22T03:04:05Z: '2026-11-22T24:00:00Z'"},
    {"taken_at_30_february", "taken_at: not an instant of the form 2026-11-22T03:04:05Z: '2026-02-30T03:04:05Z'"},
    {"taken_at_fraction", "taken_at: not an instant of the form 2026-11-22T03:04:05Z: '2026-11-22T03:04:05.1Z'"},
    {"taken_at_no_zone", "taken_at: not an instant of the form 2026-11-22T03:04:05Z: '2026-11-22T03:04:05'"},
    {"taken_at_number", "taken_at: expected text"},
    {"trigger_empty", "trigger: shorter than 1 characters"},
    {"trigger_line_end", "trigger: holds a control character"},
    {"trigger_upper_case", "trigger: expected a word in lower case"},
    {"two_documents", "not valid JSON in UTF-8 at byte 218"},
    {"unknown_empty", "facts[0].unknown: shorter than 1 characters"},
    {"unknown_long", "facts[0].unknown: longer than 1000 characters"},
    {"unknown_member", "unknown member \"comment\""},
    {"unknown_true", "facts[0].unknown: expected text"},
    {"unknown_with_source", "facts[1]: unknown member \"source\""},
    {"value_and_unknown", "facts[1]: expected either value or unknown"},
    {"value_array", "facts[1].value: expected an integer, boolean or text"},
    {"value_control", "facts[1].value: holds a control character"},
    {"value_fraction", "facts[1].value: expected an integer, boolean or text"},
    {"value_long", "facts[1].value: longer than 2000 characters"},
    {"value_missing", "facts[1]: expected either value or unknown"},
    {"value_null", "facts[1].value: expected an integer, boolean or text"},
    {"value_too_large", "facts[1].value: larger than 64 bits hold"},
    {"value_too_small", "facts[1].value: expected an integer, boolean or text"},
};

}  // namespace

TEST_CASE("good documents are read and written back unchanged") {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(documents() / "good")) {
        CAPTURE(entry.path().filename().string());
        const std::string text = bytes_of(entry.path());
        const auto document = nlohmann::json::parse(text);
        CHECK(to_json(report_from_json(text), document.at("format").get<int>()) == document);
        ++count;
    }
    CHECK(count == 6);
}

TEST_CASE("bad documents are refused with the place and the reason") {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(documents() / "bad")) {
        const std::string name = entry.path().stem().string();
        CAPTURE(name);
        REQUIRE(messages.contains(name));
        CHECK_THROWS_MATCHES(report_from_json(bytes_of(entry.path())), WireError,
                             Catch::Matchers::Message(messages.at(name)));
        ++count;
    }
    CHECK(count == messages.size());
}
