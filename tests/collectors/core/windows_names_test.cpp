#include "collectors/core/windows_names.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

TEST_CASE("paths that Windows takes for one") {
    const auto same = [](const std::filesystem::path& a, const std::filesystem::path& b) {
        return same_path(a, b, true);
    };
    CHECK(same("C:\\Users\\An", "c:/users/AN/"));
    CHECK(same("C:/Users/./an", "C:/Users/x/../an"));
    CHECK(same("\\\\?\\C:\\Users\\an", "C:\\Users\\an"));
    CHECK(same(u8"C:/Users/Lê Thị Ánh Đào", u8"C:/USERS/LÊ THỊ ÁNH ĐÀO"));
    CHECK(same(u8"D:/ƯỚC Ơn ỹ", u8"d:/ước ơN Ỹ"));
    CHECK(same(u8"D:/żółć ÿ", u8"D:/ŻÓŁĆ Ÿ"));
    CHECK(same(u8"D:/Документы/ё", u8"D:/ДОКУМЕНТЫ/Ё"));
    CHECK(same("C:/../Users", "C:/Users"));
    CHECK_FALSE(same("C:/Users/an", "D:/Users/an"));
    CHECK_FALSE(same("C:/Users/an", "C:/Users/an.PC.000"));
    CHECK_FALSE(same(u8"C:/Users/Đào", u8"C:/Users/Dao"));
    // Composed and decomposed letters are two names.
    CHECK_FALSE(same(u8"C:/\u00E9", u8"C:/e\u0301"));
    // Neither the signs of multiplication and division nor dotless i are another letter's case.
    CHECK_FALSE(same(u8"\u00D7", u8"\u00F7"));
    CHECK_FALSE(same(u8"\u0131", u8"\u0130"));
}

TEST_CASE("elsewhere letters' case tells paths apart, and so do bytes that are no text") {
    CHECK_FALSE(same_path("/home/an", "/home/AN", false));
    CHECK(same_path("/home/x/../an", "/home/an", false));
    CHECK_FALSE(same_path("/home/a\xFF", "/home/a\xFE", false));
    CHECK_FALSE(same_path("/c/a\xFF", "/c/a\xFE", true));
    CHECK(same_path("/c/a\xFF", "/C/A\xFF", true));
}

TEST_CASE("a name of ASCII letters") {
    CHECK(is_name("login data", "Login Data", true));
    CHECK_FALSE(is_name("login data", "Login Data", false));
    CHECK_FALSE(is_name("Login Data For Account", "Login Data", true));
}
