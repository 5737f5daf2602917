#include "collectors/credential_stores/firefox_profiles.h"

#include <catch2/catch_test_macros.hpp>

#include "collectors/machine/machine.h"
#include "tests/collectors/fakes.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Kind = BrowserProfile::Kind;

namespace {

const Browser& browser(std::string_view name) {
    for (const Browser& row : browsers()) {
        if (row.name == name) return row;
    }
    throw std::runtime_error("no such browser");
}

const std::filesystem::path root = "/c/Users/an/AppData/Roaming/Mozilla/Firefox";

std::vector<BrowserProfile> find(const FakeFiles& files) {
    const UserProfile user{"an", "", "/c/Users/an", true, "/c"};
    return find_profiles(files, browser("firefox"), user, 1 << 20);
}

}  // namespace

TEST_CASE("profiles.ini") {
    const auto profiles = parse_profiles_ini(
        "\xEF\xBB\xBF[Install308046B0AF4A39CB]\r\nPath=no\r\n[Profile0]\r\nName=a\r\nIsRelative=1\r\nPath=Profiles/"
        "a.default\r\n"
        "\r\n[General]\r\nPath=no\r\n[Profile12]\nIsRelative=0\nPath = no\nPath=D:\\Work \n[Profile3]\nName=empty\n"
        "[ProfileX]\nPath=no\n[Profile4]\nPath=last");
    REQUIRE(profiles.size() == 3);
    CHECK(profiles[0].path == "Profiles/a.default");
    CHECK(profiles[0].relative);
    CHECK(profiles[1].path == "D:\\Work");
    CHECK_FALSE(profiles[1].relative);
    CHECK(profiles[2].path == "last");
    CHECK(profiles[2].relative);
    CHECK(parse_profiles_ini("").empty());
}

TEST_CASE("profiles.ini in other encodings") {
    const std::string plain = "[Profile0]\r\nPath=Profiles/\xC4\x91\r\n";
    const auto utf16 = [](const char* mark, bool big_endian) {
        std::string bytes = mark;
        for (const char16_t unit : std::u16string(u"[Profile0]\r\nPath=Profiles/đ\r\n")) {
            const char low = static_cast<char>(unit & 0xFF);
            const char high = static_cast<char>(unit >> 8);
            bytes += big_endian ? std::string{high, low} : std::string{low, high};
        }
        return bytes;
    };
    CHECK(text_of_ini(plain) == plain);
    CHECK(text_of_ini("\xEF\xBB\xBF" + plain) == plain);
    CHECK(text_of_ini(utf16("\xFF\xFE", false)) == plain);
    CHECK(text_of_ini(utf16("\xFE\xFF", true)) == plain);
    CHECK(parse_profiles_ini(*text_of_ini("\xEF\xBB\xBF" + plain)).size() == 1);
    CHECK(text_of_ini("") == "");
    CHECK_FALSE(text_of_ini(utf16("", false)));                            // without its mark
    CHECK_FALSE(text_of_ini(std::string("\xFF\xFE\x00\xD8\x41\x00", 6)));  // half a letter
}

TEST_CASE("paths of profiles.ini are Windows' paths") {
    FakeFiles files;
    files.files[root / "profiles.ini"].bytes =
        "[Profile0]\nPath=profiles/A.DEFAULT\n[Profile1]\nIsRelative=1\nPath=Profiles\\b.default\n"
        "[Profile2]\nIsRelative=0\nPath=c:\\USERS\\an\\AppData\\Roaming\\Mozilla\\Firefox\\Profiles\\B.default\n";
    files.files[root / "profiles/A.DEFAULT/prefs.js"].bytes = "";
    files.files[root / "Profiles/a.default/prefs.js"].bytes = "";  // the same folder, as another call spells it
    files.files[root / "Profiles/b.default/prefs.js"].bytes = "";
    const auto found = find(files);
    REQUIRE(found.size() == 2);
    CHECK(found[0].name == "A.DEFAULT");
    CHECK((found[1].name == "b.default" && found[1].kind == Kind::live));
}

TEST_CASE("a profile by the stores of any version") {
    for (const char* store :
         {"prefs.js", "Logins.json", "logins.db", "key3.db", "cert8.db", "signons.sqlite", "signons3.txt", "KEY4.DB"}) {
        FakeFiles files;
        files.files[root / "Profiles/x" / store].bytes = "x";
        CAPTURE(store);
        CHECK(find(files).size() == 1);
    }
}

TEST_CASE("named profiles and folders that profiles.ini does not name") {
    FakeFiles files;
    files.files[root / "profiles.ini"].bytes =
        "[Profile0]\nIsRelative=1\nPath=Profiles/a.default\n[Profile1]\nIsRelative=1\nPath=Profiles/gone\n"
        "[Profile2]\nIsRelative=0\nPath=C:\\Work\\ff\n[Profile3]\nIsRelative=0\nPath=D:\\Work\n"
        "[Profile4]\nIsRelative=0\nPath=\\\\server\\share\\ff\n[Profile5]\nIsRelative=0\nPath=\\\\.\\pipe\\x\n"
        "[Profile6]\nIsRelative=0\nPath=relative\n[Profile7]\nIsRelative=1\nPath=/etc/ff\n";
    files.files[root / "Profiles/a.default/prefs.js"].bytes = "";
    files.files[root / "Profiles/orphan/logins.json"].bytes = "{}";
    files.files[root / "Profiles/not a profile/notes.txt"].bytes = "";
    files.files["/c/Work/ff/prefs.js"].bytes = "";
    const auto found = find(files);
    REQUIRE(found.size() == 9);
    CHECK((found[0].name == "a.default" && found[0].kind == Kind::live));
    CHECK((found[1].name == "gone" && found[1].kind == Kind::absent));
    CHECK((found[2].name == "ff" && found[2].kind == Kind::live));
    CHECK(found[2].folder == std::filesystem::path("/c/Work/ff"));
    CHECK(found[2].root == found[2].folder);
    CHECK((found[3].name == "Work" && found[3].kind == Kind::absent));
    CHECK((found[4].name == "ff#2" && found[4].kind == Kind::refused));
    CHECK((found[5].name == "x" && found[5].kind == Kind::refused));
    CHECK((found[6].name == "relative" && found[6].kind == Kind::refused));
    CHECK(found[7].kind != Kind::live);
    CHECK((found[8].name == "orphan" && found[8].kind == Kind::live));
}

TEST_CASE("a list that cannot be read is told") {
    FakeFiles files;
    CHECK(find(files).empty());
    files.files[root / "profiles.ini"].status = ReadStatus::access_denied;
    files.files[root / "Profiles/a.default/logins.json"].bytes = "{}";
    files.files[root / "Profiles/b.default/logins.json"].bytes = "{}";
    files.closed = {root / "Profiles/b.default"};
    const auto found = find(files);
    REQUIRE(found.size() == 3);
    CHECK((found[0].name == "?" && found[0].kind == Kind::refused));
    CHECK((found[1].name == "a.default" && found[1].kind == Kind::live));
    CHECK((found[2].name == "b.default" && found[2].kind == Kind::refused));
    files.closed = {root / "Profiles"};
    CHECK(find(files).size() == 2);
    files.files.clear();
    files.closed.clear();
    files.files[root / "profiles.ini"].bytes = "";
    CHECK(find(files).empty());
    files.closed.push_back(root);
    CHECK_THROWS_AS(find(files), PortError);
}

TEST_CASE("Linux keeps profiles beside profiles.ini, and packages have their own") {
    FakeFiles files;
    files.files["/home/an/.mozilla/firefox/profiles.ini"].bytes = "[Profile0]\nIsRelative=1\nPath=x.default\n";
    files.files["/home/an/.mozilla/firefox/x.default/prefs.js"].bytes = "";
    files.files["/home/an/.mozilla/firefox/Crash Reports/events"].bytes = "";
    files.files["/home/an/snap/firefox/common/.mozilla/firefox/x.default/key4.db"].bytes = "";
    files.files["/home/an/.config/mozilla/firefox/y.default/prefs.js"].bytes = "";
    const auto found = find_profiles(files, browser("firefox"), {"an", "", "/home/an", false, {}}, 1 << 20);
    REQUIRE(found.size() == 3);
    CHECK(found[0].name == "x.default");
    CHECK(found[1].name == "snap:x.default");
    CHECK(found[2].name == "y.default");
}
