// A user who wants to stop the scan.
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

const std::filesystem::path homes = "/c/Users";
const std::filesystem::path chrome = "AppData/Local/Google/Chrome/User Data";

void add_user(FakeMachine& fake, const std::string& name) {
    fake.user_profiles.users.push_back({name, "S-1-5-21-" + name, homes / name, true, {}});
    fake.files.files[homes / name / "NTUSER.DAT"].bytes = "x";
    fake.files.files[homes / name / "AppData/Roaming/Microsoft/x"].bytes = "x";
}

const std::string& one_login() {
    static const std::string database = make_database(logins_table + login("https://a.example", "an"));
    return database;
}

std::optional<Value> find(const Facts& facts, const std::string& instance, const std::string& field) {
    for (const Fact& fact : facts) {
        if (fact.instance == instance && fact.id == "browser_credentials." + field) return fact.value;
    }
    return std::nullopt;
}

std::int64_t count_instances(const Facts& facts) {
    std::set<std::string> names;
    for (const Fact& fact : facts) names.insert(fact.instance);
    return static_cast<std::int64_t>(names.size());
}

/// Time that only passes when a file is read.
struct SlowDisk {
    std::chrono::steady_clock::time_point now{};
    std::chrono::seconds each_read;
    std::filesystem::path slow;

    void install(FakeMachine& fake, ScanOptions& options) {
        options.steady = [this] { return now; };
        fake.files.before_read = [this](const std::filesystem::path& file) {
            if (!file.lexically_relative(slow).empty() && *file.lexically_relative(slow).begin() != "..") {
                now += each_read;
            }
        };
    }
};

}  // namespace

TEST_CASE("a slow disk of one user ends that user's turn and no other's") {
    FakeMachine fake;
    for (const char* name : {"an", "binh", "chi"}) {
        add_user(fake, name);
        fake.files.files[homes / name / chrome / "Default/Login Data"].bytes = one_login();
    }
    for (int i = 0; i < 30; ++i) {
        fake.files.files[homes / "binh" / chrome / ("P" + std::to_string(i)) / "Login Data"].bytes = one_login();
    }
    ScanOptions options;
    SlowDisk disk{{}, std::chrono::seconds(10), homes / "binh"};
    disk.install(fake, options);
    const Facts facts = collect_browser_credentials(fake.machine(), options);
    const Unknown reason{in_words("stopped after 120 s: this user's browsers hold more than can be read in that time")};
    CHECK(find(facts, "binh/?/?", "store_status") == Value(reason));
    CHECK(find(facts, "binh/?/?", "saved") == Value(reason));
    CHECK(find(facts, "an/chrome/Default", "saved") == Value(std::int64_t{1}));
    CHECK(find(facts, "chi/chrome/Default", "saved") == Value(std::int64_t{1}));
    CHECK(is_unknown(*find(facts, "", "profiles")));
    // No read begins after the limit: 12 of 10 s, and not one of the hundreds that the profiles would need.
    CHECK(disk.now.time_since_epoch() == std::chrono::seconds(120));
}

TEST_CASE("what was read before the time was over stays told") {
    FakeMachine fake;
    add_user(fake, "binh");
    for (const char* name : {"A", "B", "C"}) {
        fake.files.files[homes / "binh" / chrome / name / "Login Data"].bytes = one_login();
    }
    ScanOptions options;
    // A store takes 12 reads: two rounds of three for each of the profile's two files.
    SlowDisk disk{{}, std::chrono::seconds(6), homes / "binh"};
    disk.install(fake, options);
    const Facts facts = collect_browser_credentials(fake.machine(), options);
    CHECK(find(facts, "binh/chrome/A", "saved") == Value(std::int64_t{1}));
    CHECK_FALSE(find(facts, "binh/chrome/C", "saved"));
    CHECK(is_unknown(*find(facts, "binh/?/?", "saved")));
}

TEST_CASE("more profiles and snapshots than a report may hold are cut, and that is said") {
    FakeMachine fake;
    add_user(fake, "an");
    const std::filesystem::path data = homes / "an" / chrome;
    for (int i = 0; i < 350; ++i) {
        const std::string number = std::to_string(i);
        fake.files.files[data / ("P" + number) / "Login Data"].bytes = "no database";
        fake.files.files[data / "Snapshots" / ("1." + number) / "Default" / "Login Data"].bytes = "no database";
    }
    const Facts facts = collect_browser_credentials(fake.machine(), {});
    CHECK(count_instances(facts) == 601);
    CHECK(find(facts, "", "profiles") ==
          Value(Unknown{in_words("100 browser profiles were not looked at: a report has room for no more")}));
}

TEST_CASE("long names make no report that is too long to send") {
    FakeMachine fake;
    add_user(fake, "an");
    for (int i = 0; i < 400; ++i) {
        const std::string name = std::to_string(i) + std::string(250, 'x');
        fake.files.files[homes / "an" / chrome / name / "Login Data"].bytes = "no database";
    }
    const Facts facts = collect_browser_credentials(fake.machine(), {});
    std::size_t bytes = 0;
    for (const Fact& fact : facts) bytes += fact.instance.size() + 60;
    CHECK(bytes < (1 << 20));
    CHECK(count_instances(facts) > 100);
    CHECK(is_unknown(*find(facts, "", "profiles")));
}

TEST_CASE("deep trees below a browser's folder are not walked") {
    FakeMachine fake;
    add_user(fake, "an");
    std::filesystem::path deep = homes / "an" / chrome / "Default";
    for (int i = 0; i < 500; ++i) deep /= "d";
    fake.files.files[deep / "Login Data"].bytes = one_login();
    CHECK(count_instances(collect_browser_credentials(fake.machine(), {})) == 1);
}

TEST_CASE("a store that is always held costs its own rounds and is busy") {
    FakeMachine fake;
    add_user(fake, "an");
    fake.files.files[homes / "an" / chrome / "Default/Login Data"].status = ReadStatus::busy;
    fake.files.files[homes / "an" / chrome / "Other/Login Data"].bytes = one_login();
    const Facts facts = collect_browser_credentials(fake.machine(), {});
    CHECK(find(facts, "an/chrome/Default", "store_status") == Value(std::string("busy")));
    CHECK(find(facts, "an/chrome/Other", "saved") == Value(std::int64_t{1}));
}
