#include "collectors/credential_stores/profiles.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>

#ifndef _WIN32
#include "collectors/linux/files.h"
#endif
#include "collectors/machine/machine.h"
#include "tests/collectors/fakes.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Kind = BrowserProfile::Kind;

namespace {

const std::filesystem::path app_data = "/c/Users/an/AppData";
const std::filesystem::path chrome = app_data / "Local/Google/Chrome/User Data";
const std::filesystem::path opera = app_data / "Roaming/Opera Software/Opera Stable";

std::vector<BrowserProfile> find(const Files& files, std::string_view name, bool windows = true) {
    for (const Browser& browser : browsers()) {
        const UserProfile user{"an", "", windows ? "/c/Users/an" : "/home/an", windows, {}};
        if (browser.name == name) return find_profiles(files, browser, user, 1 << 20);
    }
    throw std::runtime_error("no such browser");
}

/// Lists some names as links, which end outside the home or nowhere.
class WithLinks : public FakeFiles {
public:
    std::vector<std::filesystem::path> links;

    std::vector<DirectoryEntry> list(const std::filesystem::path& home,
                                     const std::filesystem::path& folder) const override {
        for (const std::filesystem::path& link : links) {
            if (folder == link) throw PortError(in_words("a link leads nowhere"));
        }
        std::vector<DirectoryEntry> entries = FakeFiles::list(home, folder);
        for (const std::filesystem::path& link : links) {
            if (link.parent_path() == folder) entries.push_back({link.filename(), false, false});
        }
        return entries;
    }
};

}  // namespace

TEST_CASE("a store's name in other letters") {
    FakeFiles files;
    files.files[chrome / "Default/login data"].bytes = "x";
    files.files[chrome / "system profile/Login Data"].bytes = "x";
    REQUIRE(find(files, "chrome").size() == 1);
    CHECK(find(files, "chrome")[0].name == "Default");
    files.files["/home/an/.config/google-chrome/Default/login data"].bytes = "x";
    CHECK(find(files, "chrome", false).empty());
}

TEST_CASE("Opera's further profiles lie a folder deeper, in either form") {
    FakeFiles files;
    files.files[opera / "Login Data"].bytes = "x";
    files.files[opera / "_side_profiles/7a1f_1690000000/Login Data"].bytes = "x";
    files.files[opera / "_side_profiles/77aa/Default/Login Data"].bytes = "x";
    files.files[opera / "_side_profiles/77aa/System Profile/Login Data"].bytes = "x";
    files.files[opera / "_side_profiles/notes.txt"].bytes = "x";
    const auto found = find(files, "opera");
    REQUIRE(found.size() == 3);
    CHECK(found[0].name == ".");
    CHECK(found[1].name == "side:77aa/Default");
    CHECK(found[2].name == "side:7a1f_1690000000");
    CHECK(found[2].folder == opera / "_side_profiles/7a1f_1690000000");
}

TEST_CASE("a folder that cannot be listed hides no other") {
    FakeFiles files;
    files.files[chrome / "Default/Login Data"].bytes = "x";
    for (const char* folder : {"Profile 1", "Snapshots/1.2.3", "_side_profiles/x"}) {
        files.files[chrome / folder / "Login Data"].bytes = "x";
        files.closed.push_back(chrome / folder);
    }
    const auto found = find(files, "chrome");
    REQUIRE(found.size() == 4);
    CHECK((found[0].name == "Default" && found[0].kind == Kind::live));
    CHECK((found[1].name == "Profile 1" && found[1].kind == Kind::refused));
    CHECK((found[2].name == "snapshot:1.2.3/?" && found[2].kind == Kind::refused));
    CHECK((found[3].name == "side:x" && found[3].kind == Kind::refused));
}

TEST_CASE("any link beside Windows' profiles may be one; elsewhere Chromium makes links of its own") {
    WithLinks files;
    files.files[chrome / "Default/Login Data"].bytes = "x";
    files.links = {chrome / "Work", chrome / "Snapshots/1.2.3", chrome / "_side_profiles"};
    const auto found = find(files, "chrome");
    REQUIRE(found.size() == 4);
    CHECK((found[1].name == "Work" && found[1].kind == Kind::refused));
    CHECK((found[2].name == "snapshot:1.2.3/?" && found[2].kind == Kind::refused));
    CHECK((found[3].name == "side:?" && found[3].kind == Kind::refused));

    const std::filesystem::path linux_chrome = "/home/an/.config/google-chrome";
    files.links = {linux_chrome / "SingletonLock", linux_chrome / "Profile 1"};
    const auto on_linux = find(files, "chrome", false);
    REQUIRE(on_linux.size() == 1);
    CHECK((on_linux[0].name == "Profile 1" && on_linux[0].kind == Kind::refused));
}

TEST_CASE("links among Firefox's profiles") {
    WithLinks files;
    const std::filesystem::path firefox = app_data / "Roaming/Mozilla/Firefox";
    files.files[firefox / "Profiles/a/prefs.js"].bytes = "";
    files.links = {firefox / "Profiles/b"};
    const auto found = find(files, "firefox");
    REQUIRE(found.size() == 2);
    CHECK((found[1].name == "b" && found[1].kind == Kind::refused));
    files.links = {firefox / "Profiles"};
    CHECK(find(files, "firefox").back().name == "?");
}

#ifndef _WIN32
TEST_CASE("a link to another profile is no second one") {
    const TemporaryFolder home;
    const std::filesystem::path chromium = home.path() / ".config/google-chrome";
    const std::filesystem::path mozilla = home.path() / ".mozilla/firefox";
    for (const auto& file : {chromium / "Profile 2/Login Data", mozilla / "b.default/logins.json"}) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << "x";
    }
    std::filesystem::create_directory_symlink("Profile 2", chromium / "Default");
    std::filesystem::create_directory_symlink("Profile 2", chromium / "Profile 3");
    std::filesystem::create_directory_symlink("b.default", mozilla / "a.link");
    std::ofstream(mozilla / "profiles.ini") << "[Profile0]\nIsRelative=1\nPath=a.link\n"
                                               "[Profile1]\nIsRelative=1\nPath=b.default\n";
    const UserProfile user{"an", "", home.path(), false, {}};
    for (const Browser& browser : browsers()) {
        if (browser.name != "chrome" && browser.name != "firefox") continue;
        const auto found = find_profiles(LinuxFiles(), browser, user, 1 << 20);
        REQUIRE(found.size() == 1);
        CHECK(found[0].name == (browser.name == "chrome" ? "Profile 2" : "b.default"));
    }
}
#endif
