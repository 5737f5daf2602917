#include "reporting/policy/usage_mistake.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

TEST_CASE("a missing and an unknown command are told apart") {
    CHECK(describe({"RequiredError", "A subcommand is required", false, {}}, Language::vi) == "thiếu lệnh");
    CHECK(describe({"RequiredError", "A subcommand is required", false, {}}, Language::en) == "a command is missing");
    CHECK(describe({"RequiredError", "A subcommand is required", false, {"scna"}}, Language::vi) ==
          "không có lệnh hay tùy chọn scna");
    CHECK(describe({"RequiredError", "A subcommand is required", true, {}}, Language::vi) == "thiếu lệnh con");
}

TEST_CASE("the parser's sentences are Vietnamese where they are known, and whole where not") {
    const auto vi = [](const char* kind, const char* sentence) {
        return describe({kind, sentence, true, {}}, Language::vi);
    };
    CHECK(vi("RequiredError", "--unit is required") == "thiếu --unit");
    CHECK(vi("scan", "The following argument was not expected: --foo") == "không có tùy chọn hay đối số --foo");
    CHECK(vi("ArgumentMismatch", "--uses: 1 required INT missing") == "--uses thiếu giá trị");
    CHECK(vi("ConversionError", "Could not convert: --uses = x") == "giá trị không hợp lệ: --uses = x");
    CHECK(vi("ValidationError", "--uses: Value 0 not in range 1 to 9") == "--uses: 0 không nằm trong khoảng 1 to 9");
    CHECK(vi("ValidationError", "--lang: fr not in {vi,en}") == "--lang: fr không thuộc {vi,en}");
    CHECK(vi("ExcludesError", "--a excludes --b") == "--a không dùng cùng --b");
    CHECK(vi("RequiresError", "--a requires --b") == "--a cần có --b");
    CHECK(vi("NewError", "something new") == "something new");
    CHECK(describe({"RequiredError", "--unit is required", true, {}}, Language::en) == "--unit is required");
}
