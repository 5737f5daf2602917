// What moved a user's profiles while the user was logged on stays known afterwards.
#include "collectors/credential_stores/user_places.h"

#include <catch2/catch_test_macros.hpp>

#include "collectors/core/collector.h"
#include "tests/collectors/fake_machine.h"

namespace wardwatch {
Facts collect_browser_credentials(const Machine&, const ScanOptions&);
}

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

const std::string shell_folders = "\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders\\";
const std::string chrome_policies = "\\SOFTWARE\\Policies\\Google\\Chrome\\";
const std::string an = "S-1-5-21-1";
const std::string binh = "S-1-5-21-2";
const std::string not_seen = "Windows tells where only while the user is logged on, which the agent has not seen yet";

void add_user(FakeMachine& fake, const std::string& name, const std::string& sid) {
    fake.user_profiles.users.push_back({name, sid, "C:/Users/" + name, true, {}});
    fake.files.files["C:/Users/" + name + "/NTUSER.DAT"].bytes = "x";
    fake.files.files["C:/Users/" + name + "/AppData/Roaming/Microsoft/x"].bytes = "x";
}

void put_login(FakeMachine& fake, const std::string& folder) {
    static const std::string database = make_database(logins_table + login("https://a.example", "an"));
    fake.files.files[std::filesystem::path(folder) / "Login Data"].bytes = database;
}

void log_off(FakeMachine& fake, const std::string& sid) {
    std::erase_if(fake.registry.values, [&](const auto& value) { return value.first.starts_with("HKU\\" + sid); });
}

/// The facts by "instance field"; of an unknown one its reason.
struct Scanner {
    FakeMachine fake;
    std::shared_ptr<KnownHives> known = std::make_shared<KnownHives>();
    std::map<std::string, Value> facts = {};

    void scan() {
        ScanOptions options;
        options.known_hives = known;
        facts.clear();
        for (Fact& fact : collect_browser_credentials(fake.machine(), options))
            facts.emplace(fact.instance + " " + fact.id.substr(fact.id.find('.') + 1), std::move(fact.value));
    }
    std::optional<Value> of(const std::string& name) const {
        const auto found = facts.find(name);
        return found == facts.end() ? std::nullopt : std::optional(found->second);
    }
    std::string reason(const std::string& name) const {
        const auto value = of(name);
        const Unknown* unknown = value ? std::get_if<Unknown>(&*value) : nullptr;
        return unknown ? sentence_of(unknown->reason) : "";
    }
};

const Value one = std::int64_t{1};
const Value none = std::int64_t{0};

}  // namespace

TEST_CASE("redirected AppData and the user's own UserDataDir stay known when the user logs off") {
    Scanner pc;
    add_user(pc.fake, "an", an);
    put_login(pc.fake, "D:/Roaming/an/Opera Software/Opera Stable");
    put_login(pc.fake, "D:/Chrome/an/Default");
    pc.fake.registry.values["HKU\\" + an + shell_folders + "AppData"] = std::string("D:\\Roaming\\an");
    pc.fake.registry.values["HKU\\" + an + chrome_policies + "UserDataDir"] = std::string("D:\\Chrome\\an");
    pc.scan();
    CHECK(pc.of("an/opera/moved:. saved") == one);
    CHECK(pc.of("an/chrome/moved:Default saved") == one);
    CHECK(pc.of(" users_never_seen") == none);
    const auto logged_on = pc.facts;

    log_off(pc.fake, an);
    pc.scan();
    CHECK(pc.facts == logged_on);

    // Without a memory nothing says that there is anything.
    pc.known = std::make_shared<KnownHives>();
    pc.scan();
    CHECK(pc.of(" profiles") == none);
    CHECK(pc.of(" users_never_seen") == one);

    // Logged on again, and no longer moved.
    pc.fake.registry.values["HKU\\" + an + "\\Volatile Environment\\x"] = std::string("x");
    pc.scan();
    CHECK(pc.known->of_sid.at(an).empty());
    CHECK(pc.of(" users_never_seen") == none);
}

TEST_CASE("of a user who was never seen only what may be moved is unknown, and only where something says so") {
    Scanner pc;
    add_user(pc.fake, "an", an);
    add_user(pc.fake, "binh", binh);
    put_login(pc.fake, "C:/Users/binh/AppData/Local/Google/Chrome/User Data/Default");
    SECTION("nothing does") {
        pc.scan();
        CHECK(pc.of(" profiles") == one);
        CHECK(pc.of(" users_never_seen") == Value(std::int64_t{2}));
        return;
    }
    SECTION("another user's AppData is redirected") {
        pc.fake.registry.values["HKU\\" + an + shell_folders + "AppData"] = std::string("\\\\server\\an");
    }
    SECTION("another user's was, when it was seen") {
        pc.known->of_sid[an][(shell_folders + "AppData").substr(1)] = std::string("D:\\Roaming\\an");
    }
    SECTION("Group Policy has redirected this user's folders") {
        pc.fake.registry.values["HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\State\\" + binh +
                                "\\Extension-List\\{25537BA6-77A8-11D2-9B6C-0000F8080861}\\Status"] = std::uint64_t{0};
    }
    SECTION("the usual folder is missing") { pc.fake.files.files.erase("C:/Users/binh/AppData/Roaming/Microsoft/x"); }
    pc.scan();
    for (const char* browser : {"opera", "opera-gx", "firefox"}) {
        CHECK(pc.reason("binh/" + std::string(browser) + "/moved:? saved") ==
              "a redirected AppData folder moves this browser's profiles, and they are not read there: " + not_seen);
    }
    CHECK(pc.of("binh/chrome/Default saved") == one);
    CHECK_FALSE(pc.of("binh/chrome/moved:? saved"));
    CHECK_FALSE(pc.reason(" profiles").empty());
}

TEST_CASE("another user's own UserDataDir makes that browser unknown for who was never seen") {
    Scanner pc;
    add_user(pc.fake, "an", an);
    add_user(pc.fake, "binh", binh);
    pc.fake.registry.values["HKU\\" + an + chrome_policies + "UserDataDir"] = std::string("D:\\Chrome\\an");
    pc.fake.files.files["D:/x"].bytes = "x";
    pc.scan();
    CHECK(pc.reason("binh/chrome/moved:? saved") ==
          "the policy UserDataDir moves this browser's profiles, and they are not read there: " + not_seen);
    CHECK_FALSE(pc.of("binh/edge/moved:? saved"));
    // The PC's policy wins over any user's own.
    pc.fake.registry.values["HKLM\\SOFTWARE\\Policies\\Google\\Chrome\\UserDataDir"] = std::string("D:\\All");
    pc.scan();
    CHECK_FALSE(pc.of("binh/chrome/moved:? saved"));
}

TEST_CASE("who was seen speaks for the other SID of the same home") {
    Scanner pc;
    add_user(pc.fake, "an", an);
    pc.fake.user_profiles.users.push_back({"an", binh, "C:/Users/an", true, {}});
    put_login(pc.fake, "D:/Roaming/an/Opera Software/Opera Stable");
    pc.fake.registry.values["HKU\\" + an + shell_folders + "AppData"] = std::string("D:\\Roaming\\an");
    pc.scan();
    CHECK(pc.of("an/opera/moved:. saved") == one);
    CHECK(pc.of(" profiles") == one);
    CHECK(pc.of(" users_never_seen") == one);
}
