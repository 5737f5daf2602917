#include "reporting/wire/strict_json.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "reporting/wire/utf8.h"

using namespace wardwatch;
using Catch::Matchers::Message;
using nlohmann::json;

TEST_CASE("clean text keeps what is valid") {
    CHECK(clean_text("", 5).empty());
    CHECK(clean_text("Lê Thị Chi", 10) == "Lê Thị Chi");
    CHECK(clean_text("a\xF0\x9F\x98\x80z", 3) == "a\xF0\x9F\x98\x80z");
    CHECK(clean_text("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80", 6) ==
          "\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\xC2\x80\xE0\xA0\x80\xF0\x90\x80\x80");
}

TEST_CASE("clean text replaces each byte that is not UTF-8") {
    CHECK(clean_text("a\xFFz", 9) == "a\uFFFDz");
    CHECK(clean_text("\xC0\xAF", 9) == "\uFFFD\uFFFD");            // overlong "/"
    CHECK(clean_text("\xE0\x80\xAF", 9) == "\uFFFD\uFFFD\uFFFD");  // overlong "/"
    CHECK(clean_text("\xED\xA0\x80", 9) == "\uFFFD\uFFFD\uFFFD");  // surrogate
    CHECK(clean_text("\xF4\x90\x80\x80", 9).size() == 12);         // above U+10FFFF
    CHECK(clean_text("\xF0\x8F\xBF\xBF", 9).size() == 12);         // overlong
    CHECK(clean_text("ab\xE1\xBB", 9) == "ab\uFFFD\uFFFD");        // cut short
    CHECK(clean_text("\xE1\xBB"
                     "a",
                     9) ==
          "\uFFFD\uFFFD"
          "a");  // what follows a broken one survives
    CHECK(clean_text("\x80", 9) == "\uFFFD");
}

TEST_CASE("UTF-8 is told from other bytes") {
    for (const char* text : {"", "a", "Lê Thị Chi", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) CHECK(is_utf8(text));
    for (const char* bytes :
         {"\xFF", "a\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "ab\xE1\xBB"}) {
        CHECK_FALSE(is_utf8(bytes));
    }
}

TEST_CASE("clean text replaces control characters") {
    CHECK(clean_text(std::string_view("a\0b\n\x1F\x7F", 6), 9) ==
          "a\uFFFD"
          "b\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("clean text cuts at the limit and says so") {
    CHECK(clean_text("abcd", 4) == "abcd");
    CHECK(clean_text("abcde", 4) == "abc…");
    CHECK(clean_text("ềềềềề", 4) == "ềềề…");
    CHECK(length_in_characters(clean_text(std::string(99, '\xFF'), 10)) == 10);
}

TEST_CASE("strict JSON names the place of a member that stands twice") {
    const JsonLimits limits{1000, 4};
    CHECK_THROWS_MATCHES(parse_strict(R"({"a":1,"a":1})", limits), JsonError, Message("member \"a\" stands twice"));
    CHECK_THROWS_MATCHES(parse_strict(R"({"a":[1,{},{"b":1,"c":[],"b":2}]})", limits), JsonError,
                         Message("a[2]: member \"b\" stands twice"));
    CHECK(parse_strict(R"({"a":{"a":1},"b":{"a":[{"a":2},{"a":3}]}})", limits)["b"]["a"][1]["a"] == 3);
}

TEST_CASE("strict JSON is bounded") {
    CHECK(parse_strict("[[[[]]]]", {8, 4}).is_array());
    CHECK_THROWS_MATCHES(parse_strict("[[[[[]]]]]", {100, 4}), JsonError,
                         Message("[0][0][0][0]: more than 4 levels deep"));
    CHECK_THROWS_MATCHES(parse_strict(std::string(100, '['), {100, 4}), JsonError,
                         Message("[0][0][0][0]: more than 4 levels deep"));
    CHECK_THROWS_MATCHES(parse_strict("[[[[]]]]", {7, 4}), JsonError, Message("larger than 7 bytes"));
    CHECK_THROWS_MATCHES(parse_strict("1e999", {100, 4}), JsonError,
                         Message("holds a number that no computer can hold"));
}

TEST_CASE("strict JSON messages repeat no bytes of the input that are not text") {
    CHECK_THROWS_MATCHES(parse_strict("{\"a\xFF\":1}", {100, 4}), JsonError,
                         Message("not valid JSON in UTF-8 at byte 4"));
    CHECK_THROWS_MATCHES(parse_strict(R"({"a":1} x)", {100, 4}), JsonError,
                         Message("not valid JSON in UTF-8 at byte 9"));
    CHECK_THROWS_MATCHES(parse_strict(R"({"\u0007":1,"\u0007":1})", {100, 4}), JsonError,
                         Message("member \"\uFFFD\" stands twice"));
}

TEST_CASE("an object is read by name") {
    const json document = json::parse(R"({"text":"ề","number":-5,"flag":true,"inner":{"x":1},"more":0})");
    JsonObject object(document, "doc");
    CHECK(object.has("more"));
    CHECK_FALSE(object.has("less"));
    CHECK(object.text("text", {1, 1}) == "ề");
    CHECK(object.integer("number") == -5);
    CHECK(object.boolean("flag"));
    JsonObject inner(object.member("inner"), object.place_of("inner"));
    CHECK_THROWS_MATCHES(inner.refuse_others(), JsonError, Message("doc.inner: unknown member \"x\""));
    CHECK(inner.integer("x") == 1);
    CHECK_NOTHROW(inner.refuse_others());
    CHECK_THROWS_MATCHES(object.refuse_others(), JsonError, Message("doc: unknown member \"more\""));
    CHECK_THROWS_MATCHES(object.member("less"), JsonError, Message("doc: member \"less\" is missing"));
    CHECK_THROWS_MATCHES(object.boolean("number"), JsonError, Message("doc.number: expected true or false"));
    CHECK_THROWS_MATCHES(object.integer("flag"), JsonError, Message("doc.flag: expected an integer"));
    CHECK_THROWS_MATCHES(object.text("text", {2, 9}), JsonError, Message("doc.text: shorter than 2 characters"));
    CHECK_THROWS_MATCHES(JsonObject(document["more"], "doc.more"), JsonError, Message("doc.more: expected an object"));
}
