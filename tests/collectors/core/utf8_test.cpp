#include "collectors/core/utf8.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

TEST_CASE("valid UTF-8 is decoded, invalid is refused") {
    CHECK(decode_utf8("Lê€😀") == U"Lê€😀");
    for (const char* text : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\xaf", "a\x80"}) {
        CHECK_FALSE(decode_utf8(text).has_value());
    }
}

TEST_CASE("names become fit for a fact") {
    CHECK(printable_name(std::filesystem::path(u8"Lê Thị Chi")) == "Lê Thị Chi");
    CHECK(printable_name("a\nb") == "a\uFFFDb");
    CHECK(printable_name(std::string(1000, 'x')).size() == 255);
#ifdef _WIN32
    CHECK(printable_name(std::wstring{L'a', wchar_t{0xD800}, L'b'}) == "a\uFFFDb");
    CHECK(printable_name(std::wstring{wchar_t{0xD83D}, wchar_t{0xDE00}}) == "😀");
#else
    CHECK(printable_name("a\xff"
                         "b") == "a\uFFFDb");
#endif
}

TEST_CASE("a path is made only of valid text") {
    CHECK(path_from_utf8("Profiles/Lê") == std::filesystem::path(u8"Profiles/Lê"));
    CHECK_FALSE(path_from_utf8("a\xff").has_value());
    CHECK_FALSE(path_from_utf8("a\nb").has_value());
    CHECK_FALSE(path_from_utf8(std::string_view("a\0b", 3)).has_value());
}
