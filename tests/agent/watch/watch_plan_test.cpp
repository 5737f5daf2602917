#include "agent/watch/watch_plan.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "tests/collectors/fake_machine.h"

using namespace wardwatch;
using wardwatch::test::FakeMachine;

namespace {

const std::filesystem::path home = "/home/an";
const std::filesystem::path windows_home = "/C/Users/an";

const WatchedFolder* find_folder(const WatchPlan& plan, const std::filesystem::path& folder) {
    const auto found = std::ranges::find(plan.folders, folder, &WatchedFolder::folder);
    return found == plan.folders.end() ? nullptr : &*found;
}

std::optional<ChangeKind> kind_in(const WatchPlan& plan, const std::filesystem::path& folder, std::string_view name) {
    const WatchedFolder* watched = find_folder(plan, folder);
    return watched == nullptr ? std::nullopt : kind_of_change(watched->names, name);
}

}  // namespace

TEST_CASE("one star stands for any letters, and the case does not count") {
    const std::vector<WatchedName> names = {{"*", ChangeKind::places},
                                            {"Login Data*", ChangeKind::saved_passwords},
                                            {"logins*.json", ChangeKind::accounts}};
    CHECK(kind_of_change(names, "login data") == ChangeKind::saved_passwords);
    CHECK(kind_of_change(names, "Login Data For Account-journal") == ChangeKind::saved_passwords);
    CHECK(kind_of_change(names, "logins-backup.json") == ChangeKind::accounts);
    CHECK(kind_of_change(names, "logins.jso") == ChangeKind::places);
    CHECK(!kind_of_change({{"ab*ba", ChangeKind::places}}, "aba"));
    CHECK(!kind_of_change({}, "Login Data"));
}

TEST_CASE("the profiles of a browser are watched, and the folder in which more would appear") {
    FakeMachine pc;
    pc.user_profiles.users = {{"an", "", home, false, {}}};
    const std::filesystem::path chromium = home / ".config/chromium";
    pc.files.files[chromium / "Default/Login Data"] = {};
    pc.files.files[chromium / "Work/Login Data"] = {};
    pc.files.files[chromium / "Profile 1/Preferences"] = {};
    pc.files.files[chromium / "ShaderCache/data_0"] = {};
    const std::filesystem::path firefox = home / ".mozilla/firefox";
    pc.files.files[firefox / "ab12.default-release/prefs.js"] = {};
    const WatchPlan plan = plan_watches(pc.machine());
    CHECK(plan.problems.empty());
    for (const char* profile : {"Default", "Work", "Profile 1"})
        CHECK(kind_in(plan, chromium / profile, "Login Data-journal") == ChangeKind::saved_passwords);
    CHECK(!kind_in(plan, chromium / "Default", "History"));
    CHECK(find_folder(plan, chromium / "ShaderCache") == nullptr);
    CHECK(kind_in(plan, chromium, "Profile 2") == ChangeKind::places);
    CHECK(!kind_in(plan, chromium, "Local State"));
    CHECK(kind_in(plan, firefox / "ab12.default-release", "logins.json") == ChangeKind::saved_passwords);
    CHECK(kind_in(plan, firefox / "ab12.default-release", "key4.db") == ChangeKind::saved_passwords);
    CHECK(kind_in(plan, firefox, "profiles.ini") == ChangeKind::places);
    CHECK(std::ranges::all_of(plan.folders, [](const WatchedFolder& folder) { return folder.root == home; }));
}

TEST_CASE("of a browser that is not there, the nearest folder is watched for what is missing") {
    FakeMachine pc;
    pc.user_profiles.users = {{"an", "", home, false, {}}};
    pc.files.files[home / ".config/something"] = {};
    const WatchPlan plan = plan_watches(pc.machine());
    CHECK(kind_in(plan, home / ".config", "google-chrome") == ChangeKind::places);
    CHECK(!kind_in(plan, home / ".config", "something"));
    CHECK(kind_in(plan, home, ".mozilla") == ChangeKind::places);
    CHECK(!find_folder(plan, home / ".config")->holds_files());
}

TEST_CASE(
    "on Windows only those are watched who are logged on, so that no handle is left in a profile that is let go") {
    FakeMachine pc;
    pc.user_profiles.users = {{"an", "S-1-5-21-1", windows_home, true, {}},
                              {"binh", "S-1-5-21-2", "/C/Users/binh", true, {}}};
    for (const UserProfile& user : pc.user_profiles.users)
        pc.files.files[user.home / "AppData/Local/Google/Chrome/User Data/Default/Login Data"] = {};
    pc.registry.values["HKU\\S-1-5-21-1\\Environment\\TEMP"] = std::string("x");
    const WatchPlan plan = plan_watches(pc.machine());
    REQUIRE(!plan.folders.empty());
    CHECK(kind_in(plan, windows_home / "AppData/Local/Google/Chrome/User Data/Default", "Login Data") ==
          ChangeKind::saved_passwords);
    CHECK(std::ranges::all_of(plan.folders, [](const WatchedFolder& folder) { return folder.root == windows_home; }));
}

TEST_CASE("what cannot be listed is said, and holds up nothing else") {
    FakeMachine pc;
    pc.user_profiles.users = {{"an", "", home, false, {}}};
    pc.files.files[home / ".config/chromium/Default/Login Data"] = {};
    pc.files.closed = {home / ".mozilla/firefox"};
    const WatchPlan plan = plan_watches(pc.machine());
    REQUIRE(plan.problems.size() == 1);
    CHECK(plan.problems[0].starts_with("firefox of an: "));
    CHECK(find_folder(plan, home / ".config/chromium/Default") != nullptr);
}

TEST_CASE("a profile with very many folders is watched in part, and that is said") {
    FakeMachine pc;
    pc.user_profiles.users = {{"an", "", home, false, {}}};
    for (int i = 0; i < 500; ++i)
        pc.files.files[home / ".config/chromium" / ("Profile " + std::to_string(i)) / "Login Data"] = {};
    const WatchPlan plan = plan_watches(pc.machine());
    CHECK(plan.folders.size() == 400);
    REQUIRE(plan.problems.size() == 1);
    CHECK(plan.problems[0].ends_with("400 are watched, the others are scanned by the schedule only"));
}
