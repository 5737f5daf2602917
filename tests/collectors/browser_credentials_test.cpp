#include <catch2/catch_test_macros.hpp>
#include <set>

#include "collectors/core/collector.h"
#include "tests/collectors/fake_machine.h"

namespace wardwatch {
Facts collect_browser_credentials(const Machine&, const ScanOptions&);
}

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

const std::filesystem::path home = "/c/Users/an";
const std::filesystem::path chrome = home / "AppData/Local/Google/Chrome/User Data";
const Value zero = std::int64_t{0};

FakeMachine pc() {
    FakeMachine fake;
    fake.user_profiles.users = {{"an", "S-1-5-21-1", home, true, {}}};
    fake.files.files[home / "NTUSER.DAT"].bytes = "x";
    fake.files.files[home / "AppData/Roaming/Microsoft/x"].bytes = "x";
    return fake;
}

Facts scan(const FakeMachine& fake) {
    ScanOptions options;
    options.official_hosts = {"*.hanoi.gov.vn"};
    return collect_browser_credentials(fake.machine(), options);
}

std::optional<Value> find(const Facts& facts, const std::string& instance, const std::string& field) {
    for (const Fact& fact : facts) {
        if (fact.instance == instance && fact.id == "browser_credentials." + field) return fact.value;
    }
    return std::nullopt;
}

std::set<std::string> instances(const Facts& facts) {
    std::set<std::string> names;
    for (const Fact& fact : facts) names.insert(fact.instance);
    return names;
}

void check_all_unknown(const Facts& facts, const std::string& instance, const std::string& reason) {
    for (const char* field : {"saved", "account_store_saved", "federated", "never_saved", "official",
                              "newest_change_at", "official_oldest_change_at"}) {
        CAPTURE(instance, field);
        CHECK(find(facts, instance, field) == Value(Unknown{in_words(reason)}));
    }
}

std::string one_login() {
    return make_database(logins_table + login("https://hanoi.gov.vn", "an", 0, "", "13400000000000000"));
}

}  // namespace

TEST_CASE("a PC without browsers has no profiles") {
    const Facts facts = scan(pc());
    CHECK(facts == Facts{{"browser_credentials.profiles", "", zero, "file"},
                         {"browser_credentials.users_never_seen", "", std::int64_t{1}, "file"}});
}

TEST_CASE("the facts of one profile") {
    FakeMachine fake = pc();
    fake.files.files[chrome / "Default/Login Data"].bytes = one_login();
    const Facts facts = scan(fake);
    const std::string instance = "an/chrome/Default";
    CHECK(instances(facts) == std::set<std::string>{"", instance});
    CHECK(find(facts, "", "profiles") == Value(std::int64_t{1}));
    CHECK(find(facts, instance, "store_status") == Value(std::string("ok")));
    CHECK(find(facts, instance, "saved") == Value(std::int64_t{1}));
    CHECK(find(facts, instance, "account_store_saved") == zero);
    CHECK(find(facts, instance, "federated") == zero);
    CHECK(find(facts, instance, "never_saved") == zero);
    CHECK(find(facts, instance, "official") == Value(std::int64_t{1}));
    CHECK(find(facts, instance, "newest_change_at") == Value(Instant(std::chrono::seconds(13400000000 - 11644473600))));
    CHECK_FALSE(find(facts, instance, "primary_password").has_value());
}

TEST_CASE("folders that are no profiles, and the root that is one") {
    FakeMachine fake = pc();
    for (const char* folder : {"System Profile", "Guest Profile", "Default", "."}) {
        fake.files.files[(chrome / folder / "Login Data").lexically_normal()].bytes = one_login();
    }
    fake.files.files[chrome / "Crashpad/settings.dat"].bytes = "x";
    fake.files.files[chrome / "Snapshots/1.2.3/Default/Login Data"].bytes = one_login();
    const Facts facts = scan(fake);
    CHECK(instances(facts) ==
          std::set<std::string>{"", "an/chrome/.", "an/chrome/Default", "an/chrome/snapshot:1.2.3/Default"});
    CHECK(find(facts, "", "profiles") == Value(std::int64_t{2}));
    CHECK(find(facts, "an/chrome/snapshot:1.2.3/Default", "saved") == Value(std::int64_t{1}));
}

TEST_CASE("an unreadable store has a status and unknown counts, never 0") {
    const std::map<std::string, FakeFiles::File> broken = {{"empty_file", {ReadStatus::ok, ""}},
                                                           {"not_a_database", {ReadStatus::ok, std::string(4096, 'x')}},
                                                           {"access_denied", {ReadStatus::access_denied, ""}},
                                                           {"too_large", {ReadStatus::too_large, ""}},
                                                           {"corrupt", {ReadStatus::ok, one_login().substr(0, 5000)}}};
    for (const auto& [status, file] : broken) {
        FakeMachine fake = pc();
        fake.files.files[chrome / "Default/Login Data"] = file;
        fake.files.files[chrome / "Profile 1/Login Data"].bytes = one_login();
        const Facts facts = scan(fake);
        CAPTURE(status);
        CHECK(find(facts, "an/chrome/Default", "store_status") == Value(status));
        for (const char* field : {"saved", "federated", "never_saved", "official", "newest_change_at"}) {
            CHECK(find(facts, "an/chrome/Default", field) == Value(Unknown{in_words(status)}));
        }
        CHECK(find(facts, "an/chrome/Profile 1", "saved") == Value(std::int64_t{1}));
        CHECK(find(facts, "", "profiles") == Value(std::int64_t{2}));
    }
}

TEST_CASE("a store of more than 64 MiB is too large, and is not read") {
    constexpr std::size_t most = 64u << 20;
    for (const auto& [size, status] : {std::pair{most, "not_a_database"}, std::pair{most + 1, "too_large"}}) {
        FakeMachine fake = pc();
        fake.files.files[chrome / "Default/Login Data"].bytes.assign(size, 'x');
        CAPTURE(size);
        const Facts facts = scan(fake);
        CHECK(find(facts, "an/chrome/Default", "store_status") == Value(std::string(status)));
        CHECK(find(facts, "an/chrome/Default", "saved") == Value(Unknown{in_words(status)}));
    }
}

TEST_CASE("an account store without Login Data is a profile whose store is absent") {
    FakeMachine fake = pc();
    fake.files.files[chrome / "Default/Login Data For Account"].bytes = one_login();
    const Facts facts = scan(fake);
    CHECK(find(facts, "an/chrome/Default", "store_status") == Value(std::string("absent")));
    CHECK(find(facts, "an/chrome/Default", "saved") == Value(Unknown{in_words("absent")}));
    CHECK(find(facts, "an/chrome/Default", "account_store_saved") == Value(std::int64_t{1}));
    CHECK(find(facts, "an/chrome/Default", "official") == Value(Unknown{in_words("absent")}));
}

TEST_CASE("an unreadable account store makes what needs both unknown") {
    FakeMachine fake = pc();
    fake.files.files[chrome / "Default/Login Data"].bytes = one_login();
    fake.files.files[chrome / "Default/Login Data For Account"].bytes = "x";
    const Facts facts = scan(fake);
    CHECK(find(facts, "an/chrome/Default", "store_status") == Value(std::string("ok")));
    CHECK(find(facts, "an/chrome/Default", "saved") == Value(std::int64_t{1}));
    for (const char* field : {"account_store_saved", "federated", "never_saved", "official", "newest_change_at"}) {
        CHECK(find(facts, "an/chrome/Default", field) == Value(Unknown{in_words("not_a_database")}));
    }
}

TEST_CASE("Yandex may keep passwords elsewhere, so its count is unknown") {
    FakeMachine fake = pc();
    const auto folder = home / "AppData/Local/Yandex/YandexBrowser/User Data/Default";
    fake.files.files[folder / "Login Data"].bytes = one_login();
    CHECK(find(scan(fake), "an/yandex/Default", "saved") == Value(std::int64_t{1}));
    fake.files.files[folder / "Ya Passman Data"].bytes = "x";
    const Facts facts = scan(fake);
    const Value reason = Unknown{in_words("Yandex Browser keeps passwords in Ya Passman Data, which is not read")};
    for (const char* field : {"saved", "official", "newest_change_at", "official_oldest_change_at"})
        CHECK(find(facts, "an/yandex/Default", field) == reason);
    CHECK(find(facts, "an/yandex/Default", "never_saved") == zero);
}

TEST_CASE("Yandex's own store alone makes a profile whose counts are unknown") {
    FakeMachine fake = pc();
    fake.files.files[home / "AppData/Local/Yandex/YandexBrowser/User Data/Default/Ya Passman Data"].bytes = "x";
    const Facts facts = scan(fake);
    const std::string reason = "Yandex Browser keeps passwords in Ya Passman Data, which is not read";
    CHECK(find(facts, "an/yandex/Default", "store_status") == Value(Unknown{in_words(reason)}));
    check_all_unknown(facts, "an/yandex/Default", reason);
    CHECK(find(facts, "", "profiles") == Value(std::int64_t{1}));
}

TEST_CASE("a Firefox store that is not read is told, with the primary password") {
    FakeMachine fake = pc();
    fake.files.files[home / "AppData/Roaming/Mozilla/Firefox/Profiles/x.default/key3.db"].bytes = "x";
    const Facts facts = scan(fake);
    const std::string reason =
        "key3.db holds the key of an older Firefox's passwords, and none of its stores that are read is there";
    check_all_unknown(facts, "an/firefox/x.default", reason);
    CHECK(find(facts, "an/firefox/x.default", "primary_password") == Value(Unknown{in_words("key4.db: absent")}));
}

TEST_CASE("a home of two people is read once") {
    FakeMachine fake = pc();
    fake.user_profiles.users.push_back({"an", "S-1-5-21-2", home, true, {}});
    fake.files.files[chrome / "Default/Login Data"].bytes = one_login();
    const Facts facts = scan(fake);
    CHECK(find(facts, "", "profiles") == Value(std::int64_t{1}));
    CHECK(facts.size() == 10);
}

TEST_CASE("AppData that leads elsewhere is told once") {
    FakeMachine fake = pc();
    fake.files.closed = {home / "AppData"};
    const Facts facts = scan(fake);
    CHECK(instances(facts) == std::set<std::string>{"", "an/?/?"});
    check_all_unknown(facts, "an/?/?", "access_denied");
}

TEST_CASE("what cannot be looked at is told, and the rest still counts") {
    FakeMachine fake = pc();
    fake.user_profiles.users.push_back({"binh", "S-1-5-21-2", "/c/Users/binh", true, {}});
    fake.files.files[chrome / "Default/Login Data"].bytes = one_login();
    const auto edge = home / "AppData/Local/Microsoft/Edge/User Data";
    fake.files.files[edge / "Default/Login Data"].bytes = one_login();
    fake.files.closed = {"/c/Users/binh", edge};
    const Facts facts = scan(fake);
    CHECK(instances(facts) == std::set<std::string>{"", "an/chrome/Default", "an/edge/?", "binh/?/?"});
    CHECK(find(facts, "an/chrome/Default", "saved") == Value(std::int64_t{1}));
    for (const char* instance : {"an/edge/?", "binh/?/?"}) {
        CHECK(find(facts, instance, "store_status") == Value(std::string("access_denied")));
        check_all_unknown(facts, instance, "access_denied");
    }
    CHECK(find(facts, "", "profiles") ==
          Value(Unknown{in_words("2 homes, browser folders or profiles could not be looked at")}));
}

TEST_CASE("the last count of a store that is held, with its date") {
    FakeMachine fake = pc();
    const std::string instance = "an/chrome/Default";
    const Instant first = parse_instant("2026-11-20T03:00:00Z");
    fake.files.files[chrome / "Default/Login Data"].bytes = one_login();
    ScanOptions options;
    options.official_hosts = {"*.hanoi.gov.vn"};
    options.previous = collect_browser_credentials(fake.machine(), options);
    options.previous_at = first;
    CHECK_FALSE(find(options.previous, instance, "last_saved"));
    CHECK_FALSE(find(options.previous, instance, "last_counted_at"));

    fake.files.files[chrome / "Default/Login Data"].status = ReadStatus::busy;
    const Facts held = collect_browser_credentials(fake.machine(), options);
    CHECK(find(held, instance, "store_status") == Value(std::string("busy")));
    CHECK(find(held, instance, "saved") == Value(Unknown{in_words("busy")}));
    CHECK(find(held, instance, "last_saved") == Value(std::int64_t{1}));
    CHECK(find(held, instance, "last_account_store_saved") == zero);
    CHECK(find(held, instance, "last_official") == Value(std::int64_t{1}));
    CHECK(find(held, instance, "last_counted_at") == Value(first));

    // Held for days: the count keeps its date, so that no scan is news.
    options.previous = held;
    options.previous_at = first + std::chrono::hours(48);
    CHECK(collect_browser_credentials(fake.machine(), options) == held);

    // Nobody knows when they were counted, or they never were.
    options.previous_at = std::nullopt;
    CHECK_FALSE(find(collect_browser_credentials(fake.machine(), options), instance, "last_saved"));
    CHECK_FALSE(find(scan(fake), instance, "last_counted_at"));

    // Counted again.
    options.previous_at = first;
    fake.files.files[chrome / "Default/Login Data"].status = ReadStatus::ok;
    CHECK_FALSE(find(collect_browser_credentials(fake.machine(), options), instance, "last_saved"));
}

TEST_CASE("that a browser was in the middle of a change is no news") {
    FakeMachine fake;
    fake.user_profiles.users = {{"an", "", "/c/Users/an", true, {}}};
    const std::filesystem::path file = "/c/Users/an/AppData/Local/Google/Chrome/User Data/Default/Login Data";
    const DatabaseFiles in_wal = make_wal(logins_table, login("https://a.example/", "an"));
    fake.files.files[file].bytes = in_wal.database;
    fake.files.files[file.string() + "-wal"].bytes = in_wal.wal;
    ScanOptions options;
    const Facts first = collect_browser_credentials(fake.machine(), options);
    CHECK(find(first, "an/chrome/Default", "store_status") == Value(std::string("recovered")));
    fake.files.files.erase(file.string() + "-wal");
    fake.files.files[file].bytes = make_database(logins_table + login("https://a.example/", "an"));
    const Facts closed = collect_browser_credentials(fake.machine(), options);
    CHECK(find(closed, "an/chrome/Default", "store_status") == Value(std::string("ok")));
    options.previous = first;
    CHECK(collect_browser_credentials(fake.machine(), options) == first);
    fake.files.files[file].bytes = "";
    const Facts empty = collect_browser_credentials(fake.machine(), options);
    CHECK(find(empty, "an/chrome/Default", "store_status") == Value(std::string("empty_file")));
}

TEST_CASE("only the account's store is held") {
    FakeMachine fake = pc();
    const std::string instance = "an/chrome/Default";
    fake.files.files[chrome / "Default/Login Data"].bytes = one_login();
    fake.files.files[chrome / "Default/Login Data For Account"].status = ReadStatus::busy;
    ScanOptions options;
    options.previous = {{"browser_credentials.account_store_saved", instance, std::int64_t{4}, "file"},
                        {"browser_credentials.saved", instance, std::int64_t{7}, "file"}};
    options.previous_at = parse_instant("2026-11-20T03:00:00Z");
    const Facts facts = collect_browser_credentials(fake.machine(), options);
    CHECK(find(facts, instance, "store_status") == Value(std::string("busy")));
    CHECK(find(facts, instance, "saved") == Value(std::int64_t{1}));
    CHECK(find(facts, instance, "last_saved") == Value(std::int64_t{1}));
    CHECK(find(facts, instance, "last_account_store_saved") == Value(std::int64_t{4}));
    CHECK_FALSE(find(facts, instance, "last_official"));
    CHECK(find(facts, instance, "last_counted_at") == Value(*options.previous_at));
}

TEST_CASE("browsers of a Linux home") {
    FakeMachine fake;
    fake.user_profiles.users = {{"an", "", "/home/an", false, {}}};
    fake.files.files["/home/an/.config/chromium/Default/Login Data"].bytes = one_login();
    fake.files.files["/home/an/snap/chromium/common/chromium/Default/Login Data"].bytes = one_login();
    fake.files.files["/home/an/.config/google-chrome/Profile 1/Login Data"].bytes = one_login();
    CHECK(instances(scan(fake)) ==
          std::set<std::string>{"", "an/chromium/Default", "an/chromium/snap:Default", "an/chrome/Profile 1"});
}

TEST_CASE("an entry on its way into Firefox's backup is told") {
    FakeMachine fake = pc();
    const auto profile = home / "AppData/Roaming/Mozilla/Firefox/Profiles/x.default";
    fake.files.files[profile / "prefs.js"].bytes = "";
    fake.files.files[profile / "logins.json"].bytes = "{";
    fake.files.files[profile / "logins-backup.json"].bytes = R"({"logins":[{"hostname":"https://egov.hanoi.gov.vn"}]})";
    const Facts facts = scan(fake);
    CHECK(find(facts, "an/firefox/x.default", "store_status") == Value(std::string("backup_used")));
    CHECK(find(facts, "an/firefox/x.default", "saved") == Value(std::int64_t{1}));
    CHECK(find(facts, "an/firefox/x.default", "official") == Value(std::int64_t{1}));
    CHECK(find(facts, "an/firefox/x.default", "primary_password") == Value(Unknown{in_words("key4.db: absent")}));
    CHECK_FALSE(find(facts, "an/firefox/x.default", "newest_change_at").has_value());
}

TEST_CASE("folders made to flood the report end at a limit, and the count is unknown then") {
    FakeMachine fake = pc();
    for (int i = 0; i < 601; ++i) fake.files.files[chrome / ("P" + std::to_string(i)) / "Login Data"].bytes = "";
    const Facts facts = scan(fake);
    CHECK(instances(facts).size() == 601);  // 600 profiles, and the PC itself
    CHECK(find(facts, "", "profiles") ==
          Value(Unknown{in_words("1 browser profiles were not looked at: a report has room for no more")}));
    fake.files.files.erase(chrome / "P600" / "Login Data");
    CHECK(find(scan(fake), "", "profiles") == Value(std::int64_t{600}));
}
