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
    CHECK_THROWS_AS(find(files), PortError);
    files.files[root / "profiles.ini"].status = ReadStatus::ok;
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
    const auto found = find_profiles(files, browser("firefox"), {"an", "", "/home/an", false, {}}, 1 << 20);
    REQUIRE(found.size() == 2);
    CHECK(found[0].name == "x.default");
    CHECK(found[1].name == "snap:x.default");
}
