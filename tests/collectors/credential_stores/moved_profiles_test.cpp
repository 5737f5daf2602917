// Browser data that policies, redirection or a second drive put elsewhere.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>

#include "collectors/core/collector.h"
#include "collectors/credential_stores/moved_profiles.h"
#include "tests/collectors/fake_machine.h"

namespace wardwatch {
Facts collect_browser_credentials(const Machine&, const ScanOptions&);
}

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

constexpr std::chrono::seconds limit{1};
const std::string policies = "HKLM\\SOFTWARE\\Policies\\Google\\Chrome\\";
const std::string shell_folders =
    "HKU\\S-1-5-21-1\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders\\";

FakeMachine pc() {
    FakeMachine fake;
    fake.user_profiles.users = {{"an", "S-1-5-21-1", "C:/Users/an", true, {}}};
    fake.files.files["C:/Users/an/NTUSER.DAT"].bytes = "x";
    fake.files.files["C:/Users/an/AppData/Roaming/Microsoft/x"].bytes = "x";
    return fake;
}

Facts scan(const FakeMachine& fake) {
    ScanOptions options;
    options.official_hosts = {"*.hanoi.gov.vn"};
    return collect_browser_credentials(fake.machine(), options);
}

std::set<std::string> instances(const Facts& facts) {
    std::set<std::string> names;
    for (const Fact& fact : facts) names.insert(fact.instance);
    return names;
}

std::string why_unknown(const Facts& facts, const std::string& instance, const std::string& field) {
    for (const Fact& fact : facts) {
        const Unknown* unknown = std::get_if<Unknown>(&fact.value);
        if (fact.instance == instance && fact.id == "browser_credentials." + field && unknown)
            return sentence_of(unknown->reason);
    }
    return "";
}

const std::string& one_login() {
    static const std::string database = make_database(logins_table + login("https://hanoi.gov.vn", "an"));
    return database;
}

void put_login(FakeMachine& fake, const std::string& folder) {
    fake.files.files[std::filesystem::path(folder) / "Login Data"].bytes = one_login();
}

std::string expand(const FakeMachine& fake, const std::string& text) {
    KnownHives known;
    const Machine machine = fake.machine();
    const UserPlaces places(machine, known, fake.user_profiles.users);
    std::string path = expand_policy_path(machine, places, fake.user_profiles.users.front(), text, limit);
    std::replace(path.begin(), path.end(), '/', '\\');  // the home's own are Linux's or Windows', as the test runs
    return path;
}

}  // namespace

TEST_CASE("Chromium's variables in a policy's path") {
    FakeMachine fake = pc();
    CHECK(expand(fake, "${local_app_data}\\X") == "C:\\Users\\an\\AppData\\Local\\X");
    CHECK(expand(fake, "${roaming_app_data}\\X") == "C:\\Users\\an\\AppData\\Roaming\\X");
    CHECK(expand(fake, "${profile}\\X") == "C:\\Users\\an\\X");
    CHECK(expand(fake, "D:\\Chrome\\${user_name}\\Data") == "D:\\Chrome\\an.nguyen\\Data");
    CHECK(expand(fake, "\"D:\\${user_name}\"") == "D:\\an.nguyen");
    CHECK(expand(fake, "'${windows}'") == "C:\\Windows");
    CHECK(expand(fake, "${global_app_data}\\C") == "C:\\ProgramData\\C");
    CHECK(expand(fake, "${program_files}") == "C:\\Program Files");
    CHECK(expand(fake, "D:\\${no_such}") == "D:\\${no_such}");
    CHECK_THROWS_AS(expand(fake, "D:\\${session_name}"), PortError);
    CHECK_THROWS_AS(expand(fake, "D:\\${client_name}"), PortError);

    CHECK_THROWS_AS(expand(fake, "${documents}\\X"), PortError);  // logged off
    fake.registry.values[shell_folders + "Personal"] = std::string("%USERPROFILE%\\OneDrive\\Documents");
    CHECK(expand(fake, "${documents}\\X") == "C:\\Users\\an\\OneDrive\\Documents\\X");
    fake.registry.values[shell_folders + "AppData"] = std::string("E:\\Roaming\\an");
    CHECK(expand(fake, "${roaming_app_data}\\X") == "E:\\Roaming\\an\\X");
    fake.registry.values[shell_folders + "AppData"] = std::string("%HOMESHARE%\\Roaming");
    CHECK_THROWS_AS(expand(fake, "${roaming_app_data}\\X"), PortError);
}

TEST_CASE("profiles are read where the policy UserDataDir puts them, and where they were before") {
    FakeMachine fake = pc();
    put_login(fake, "C:/Users/an/AppData/Local/Google/Chrome/User Data/Default");
    put_login(fake, "D:/Chrome/an.nguyen/Profile 1");
    SECTION("of the PC") { fake.registry.values[policies + "UserDataDir"] = std::string("D:\\Chrome\\${user_name}"); }
    SECTION("of the user") {
        fake.registry.values["HKU\\S-1-5-21-1\\SOFTWARE\\Policies\\Google\\Chrome\\UserDataDir"] =
            std::string("D:\\Chrome\\${user_name}");
    }
    const Facts facts = scan(fake);
    CHECK(instances(facts) == std::set<std::string>{"", "an/chrome/Default", "an/chrome/moved:Profile 1"});
    CHECK(std::ranges::count(facts, Fact{"browser_credentials.profiles", "", std::int64_t{2}, "file"}) == 1);
}

TEST_CASE("Edge has the same policy, inside the home as well") {
    FakeMachine fake = pc();
    put_login(fake, "C:/Users/an/AppData/Local/Other/Default");
    fake.registry.values["HKLM\\SOFTWARE\\Policies\\Microsoft\\Edge\\UserDataDir"] =
        std::string("${local_app_data}\\Other");
    CHECK(instances(scan(fake)) == std::set<std::string>{"", "an/edge/moved:Default"});
}

TEST_CASE("a folder that all users share is read once") {
    FakeMachine fake = pc();
    fake.user_profiles.users.push_back({"binh", "S-1-5-21-2", "C:/Users/binh", true, {}});
    put_login(fake, "D:/Shared/Default");
    fake.registry.values[policies + "UserDataDir"] = std::string("D:\\Shared");
    CHECK(instances(scan(fake)) == std::set<std::string>{"", "*/chrome/moved:Default"});
}

TEST_CASE("a policy that names the usual place, in other letters, moves nothing") {
    FakeMachine fake = pc();
    put_login(fake, "C:/Users/an/AppData/Local/Google/Chrome/User Data/Default");
    fake.registry.values[policies + "UserDataDir"] =
        std::string("c:\\users\\an\\appdata\\local\\google\\chrome\\user data");
    CHECK(instances(scan(fake)) == std::set<std::string>{"", "an/chrome/Default"});
}

TEST_CASE("a home on a drive that is not there is not an empty home") {
    FakeMachine fake = pc();
    fake.user_profiles.users.push_back({"binh", "S-1-5-21-2", "E:/Users/binh", true, {}});
    fake.user_profiles.users.push_back({"cuc", "S-1-5-21-3", "C:/Users/cuc", true, {}});  // deleted
    const Facts facts = scan(fake);
#ifdef _WIN32
    CHECK(instances(facts) == std::set<std::string>{"", "binh/?/?"});
#else
    CHECK(instances(facts) == std::set<std::string>{""});  // a Linux path has no drive
#endif
}

TEST_CASE("a user's own policy moves that user's data only") {
    FakeMachine fake = pc();
    fake.user_profiles.users.push_back({"binh", "S-1-5-21-2", "C:/Users/binh", true, {}});
    fake.registry.values["HKU\\S-1-5-21-2\\Volatile Environment\\x"] = std::string("logged on");
    put_login(fake, "D:/An/Default");
    fake.registry.values["HKU\\S-1-5-21-1\\SOFTWARE\\Policies\\Google\\Chrome\\UserDataDir"] = std::string("D:\\An");
    CHECK(instances(scan(fake)) == std::set<std::string>{"", "an/chrome/moved:Default"});
}

TEST_CASE("a place that is not read is unknown, with what to do about it") {
    const std::string begin = "the policy UserDataDir moves this browser's profiles, and they are not read there: ";
    const auto reason = [&](const char* path, const char* why) {
        FakeMachine fake = pc();
        fake.registry.values[policies + "UserDataDir"] = std::string(path);
        const Facts facts = scan(fake);
        CAPTURE(path);
        CHECK(instances(facts) == std::set<std::string>{"", "an/chrome/moved:?"});
        for (const char* field : {"store_status", "saved", "official", "official_oldest_change_at"}) {
            CHECK(why_unknown(facts, "an/chrome/moved:?", field) == begin + why);
        }
        CHECK_FALSE(why_unknown(facts, "", "profiles").empty());
    };
    reason("\\\\server\\profiles\\${user_name}", "it is on another computer, which is not asked");
    reason("//server/profiles", "it is on another computer, which is not asked");
    reason("Z:\\${user_name}", "there is no drive Z: for the service: it may be a network drive");
    reason("Chrome", "its path begins with no drive");
    reason("D:\\${session_name}", "the path depends on the remote session (${session_name})");
    reason("${documents}\\Chrome", "Windows tells where the folder Documents is only while the user is logged on");
}

TEST_CASE("a redirected AppData folder is where Firefox and Opera keep their data") {
    FakeMachine fake = pc();
    fake.registry.values[shell_folders + "AppData"] = std::string("E:\\Roaming\\an");
    fake.files.files["E:/Roaming/an/Mozilla/Firefox/Profiles/x.default/logins.json"].bytes = R"({"logins":[]})";
    put_login(fake, "E:/Roaming/an/Opera Software/Opera Stable/Default");
    put_login(fake, "E:/Roaming/an/Opera Software/Opera Next/Default");
    CHECK(instances(scan(fake)) == std::set<std::string>{"", "an/firefox/moved:x.default", "an/opera/moved:Default",
                                                         "an/opera-beta/moved:Default"});

    fake.registry.values[shell_folders + "AppData"] = std::string("%USERPROFILE%\\AppData\\Roaming");
    CHECK(instances(scan(fake)) == std::set<std::string>{""});

    fake.registry.values[shell_folders + "AppData"] = std::string("\\\\server\\roaming\\an");
    CHECK(instances(scan(fake)) ==
          std::set<std::string>{"", "an/firefox/moved:?", "an/opera/moved:?", "an/opera-gx/moved:?"});
}

TEST_CASE("the copy of a roaming profile is told") {
    FakeMachine fake = pc();
    fake.registry.values[policies + "RoamingProfileSupportEnabled"] = std::uint64_t{1};
    CHECK(instances(scan(fake)) == std::set<std::string>{""});
    const std::string instance = "an/chrome/roaming:profile.pb";

    SECTION("in the usual place") {
        fake.files.files["C:/Users/an/AppData/Roaming/Google/Chrome/User Data/profile.pb"].bytes = "x";
        CHECK(instances(scan(fake)) == std::set<std::string>{"", instance});
        fake.registry.values[policies + "RoamingProfileSupportEnabled"] = std::uint64_t{0};
        CHECK(instances(scan(fake)) == std::set<std::string>{"", instance});
        fake.registry.values.erase(policies + "RoamingProfileSupportEnabled");
        CHECK(instances(scan(fake)) == std::set<std::string>{"", instance});
        fake.files.files.erase("C:/Users/an/AppData/Roaming/Google/Chrome/User Data/profile.pb");
        CHECK(instances(scan(fake)) == std::set<std::string>{""});
    }
    SECTION("in another") {
        fake.registry.values[policies + "RoamingProfileLocation"] = std::string("D:\\R\\${user_name}");
        fake.files.files["D:/R/an.nguyen/profile.pb"].bytes = "x";
        const Facts facts = scan(fake);
        CHECK(why_unknown(facts, instance, "saved").find("RoamingProfileSupportEnabled") != std::string::npos);
    }
    SECTION("on a server") {
        fake.registry.values[policies + "RoamingProfileLocation"] = std::string("\\\\server\\r\\${user_name}");
        CHECK(instances(scan(fake)) == std::set<std::string>{"", instance});
    }
}

TEST_CASE("a user whose profile is on another drive is read there") {
    FakeMachine fake = pc();
    fake.user_profiles.users.push_back({"binh", "S-1-5-21-2", "E:/Homes/binh", true, {}});
    put_login(fake, "E:/Homes/binh/AppData/Local/Google/Chrome/User Data/Default");
    fake.files.files["E:/Homes/binh/AppData/Roaming/Mozilla/Firefox/Profiles/x/logins.json"].bytes = R"({"logins":[]})";
    CHECK(instances(scan(fake)) == std::set<std::string>{"", "binh/chrome/Default", "binh/firefox/x"});
}
