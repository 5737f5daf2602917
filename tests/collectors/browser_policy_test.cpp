#include <catch2/catch_test_macros.hpp>

#include "collectors/core/collector.h"
#include "collectors/credential_stores/browsers.h"
#include "collectors/machine/user_hives.h"
#include "tests/collectors/fake_machine.h"

namespace wardwatch {
Facts collect_browser_policy(const Machine&, const ScanOptions&);
}

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

const std::string id = "browser_policy.password_manager";
const std::string clients = "HKLM\\SOFTWARE\\Clients\\StartMenuInternet\\";
const std::string policies = "HKLM\\SOFTWARE\\Policies\\";
const std::string own_policies = "HKU\\S-1-5-21-1\\SOFTWARE\\Policies\\";
const RegistryData off = std::uint64_t{0};
const RegistryData on = std::uint64_t{1};

FakeMachine with(const std::vector<std::string>& browsers) {
    FakeMachine fake;
    fake.user_profiles.users = {{"an", "S-1-5-21-1", "/c/Users/an", true, {}}};
    for (const std::string& browser : browsers) fake.registry.values[clients + browser + "\\shell"] = std::string();
    return fake;
}

Facts scan(const FakeMachine& fake) { return collect_browser_policy(fake.machine(), ScanOptions()); }

Fact fact(const std::string& instance, const std::string& value, const std::string& source = "registry") {
    return {id, instance, value, source};
}

}  // namespace

TEST_CASE("a PC without browsers has no policy of theirs") { CHECK(scan(with({})).empty()); }

TEST_CASE("installed browsers: registered, in App Paths, or used by somebody") {
    FakeMachine fake = with({"Google Chrome", "FIREFOX-308046B0AF4A39CB", "IEXPLORE.EXE", "Google Chromes"});
    fake.registry.values["HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\msedge.exe\\"] =
        std::string("x");
    fake.registry.values["HKU\\S-1-5-21-1\\SOFTWARE\\Clients\\StartMenuInternet\\Vivaldi.ABC\\shell"] = std::string();
    fake.files.files["/c/Users/an/AppData/Local/CocCoc/Browser/User Data/Local State"].bytes = "{}";
    CHECK(scan(fake) == Facts{fact("chrome", "not_set"), fact("edge", "not_set"), fact("coccoc", "not_set"),
                              fact("vivaldi", "not_set"), fact("firefox", "not_set")});
}

TEST_CASE("off and on are the machine's policy") {
    FakeMachine fake = with({"Google Chrome", "Microsoft Edge"});
    fake.registry.values[policies + "Google\\Chrome\\PasswordManagerEnabled"] = off;
    fake.registry.values[policies + "Microsoft\\Edge\\PasswordManagerEnabled"] = on;
    CHECK(scan(fake) == Facts{fact("chrome", "off"), fact("edge", "on")});
}

TEST_CASE("a user's own policy is told where the machine has none") {
    FakeMachine fake = with({"Google Chrome", "Microsoft Edge"});
    fake.registry.values[own_policies + "Google\\Chrome\\PasswordManagerEnabled"] = off;
    fake.registry.values[own_policies + "Microsoft\\Edge\\PasswordManagerEnabled"] = off;
    fake.registry.values[policies + "Microsoft\\Edge\\PasswordManagerEnabled"] = on;
    CHECK(scan(fake) == Facts{fact("chrome", "not_set"), fact("an/chrome", "off"), fact("edge", "on")});
}

TEST_CASE("a user's own policy stays known while the user is logged off") {
    FakeMachine fake = with({"Google Chrome"});
    ScanOptions options;
    options.known_hives = std::make_shared<KnownHives>();
    fake.registry.values[own_policies + "Google\\Chrome\\PasswordManagerEnabled"] = off;
    const Facts seen = collect_browser_policy(fake.machine(), options);
    CHECK(seen == Facts{fact("chrome", "not_set"), fact("an/chrome", "off")});
    fake.registry.values.erase(own_policies + "Google\\Chrome\\PasswordManagerEnabled");
    CHECK(collect_browser_policy(fake.machine(), options) == seen);
    // Logged on again, without the policy.
    fake.registry.values["HKU\\S-1-5-21-1\\Software\\x"] = std::string();
    CHECK(collect_browser_policy(fake.machine(), options) == Facts{fact("chrome", "not_set")});
}

TEST_CASE("a policy of the wrong type is unknown") {
    for (const RegistryData& wrong :
         {RegistryData{std::string()}, RegistryData{std::string("off")}, RegistryData{std::string(" 0")},
          RegistryData{std::string("0x0")}, RegistryData{std::string("99999999999")},
          RegistryData{std::vector<std::byte>{}}}) {
        FakeMachine fake = with({"Google Chrome"});
        fake.registry.values[policies + "Google\\Chrome\\PasswordManagerEnabled"] = wrong;
        CHECK(scan(fake) == Facts{{id, "chrome", Unknown{in_words("the policy PasswordManagerEnabled is not a number")},
                                   "registry"}});
    }
}

TEST_CASE("a number as text is what Chromium takes it for, and nothing that Firefox takes") {
    FakeMachine fake = with({"Google Chrome", "Firefox-308046B0AF4A39CB"});
    const auto setting = [&](const std::string& text) {
        fake.registry.values[policies + "Google\\Chrome\\PasswordManagerEnabled"] = text;
        return scan(fake).front();
    };
    CHECK(setting("0") == fact("chrome", "off"));
    CHECK(setting("-0") == fact("chrome", "off"));
    CHECK(setting("1") == fact("chrome", "on"));
    CHECK(setting("+2") == fact("chrome", "on"));
    fake.registry.values[policies + "Mozilla\\Firefox\\PasswordManagerEnabled"] = std::string("0");
    CHECK(is_unknown(scan(fake).back().value));
}

TEST_CASE("an error at a place does not mean that a browser is there") {
    FakeMachine fake = with({});
    const std::filesystem::path local = "/c/Users/an/AppData/Local";
    fake.files.files[local / "Microsoft/Edge/User Data/Local State"].bytes = "{}";
    fake.files.files[local / "Google/Chrome/User Data/Local State"].bytes = "{}";
    SECTION("the browser's own folder is closed, and the one above shows it") {
        fake.files.closed = {local / "Microsoft/Edge/User Data"};
        CHECK(scan(fake) == Facts{fact("chrome", "not_set"), fact("edge", "not_set")});
    }
    SECTION("a folder far above leads elsewhere") {
        for (const Browser& browser : browsers()) {
            const std::filesystem::path folder = "/c/Users/an/AppData" / std::filesystem::path(browser.windows_folder);
            fake.files.closed.push_back(folder);
            fake.files.closed.push_back(folder.parent_path());
        }
        CHECK(scan(fake).empty());
    }
}

TEST_CASE("two people of one home have one policy there: that of whoever was here last") {
    FakeMachine fake = with({"Google Chrome"});
    fake.user_profiles.users.push_back({"an", "S-1-5-21-2", "/c/Users/an", true, {}});
    fake.registry.values["HKU\\S-1-5-21-2\\SOFTWARE\\Policies\\Google\\Chrome\\PasswordManagerEnabled"] = on;
    CHECK(scan(fake) == Facts{fact("chrome", "not_set"), fact("an/chrome", "on")});
    fake.registry.values[own_policies + "Google\\Chrome\\PasswordManagerEnabled"] = off;
    CHECK(scan(fake) == Facts{fact("chrome", "not_set"), fact("an/chrome", "off")});
}

TEST_CASE("Cốc Cốc's two keys, with their names as the source") {
    FakeMachine fake = with({"CocCoc.ABC"});
    fake.registry.values[policies + "CocCoc\\PasswordManagerEnabled"] = off;
    CHECK(scan(fake) == Facts{fact("coccoc", "off", "registry:SOFTWARE\\Policies\\CocCoc")});
    fake.registry.values[policies + "CocCoc\\CocCoc\\PasswordManagerEnabled"] = off;
    CHECK(scan(fake) == Facts{fact("coccoc", "off", "registry:SOFTWARE\\Policies\\CocCoc\\CocCoc")});
    fake.registry.values[policies + "CocCoc\\CocCoc\\PasswordManagerEnabled"] = on;
    CHECK(scan(fake) == Facts{{id, "coccoc", Unknown{in_words("two policy keys of this browser contradict each other")},
                               "registry"}});
}

TEST_CASE("Opera's policy key is not known") {
    CHECK(scan(with({"OperaStable"})) ==
          Facts{{id, "opera", Unknown{in_words("the policy key of this browser is not known")}, "registry"}});
}

TEST_CASE("Firefox: two policies, in the registry or in policies.json") {
    FakeMachine fake = with({"Firefox-308046B0AF4A39CB"});
    fake.registry.values["HKLM\\SOFTWARE\\Mozilla\\Mozilla Firefox\\128.0 (x64 vi)\\Main\\Install Directory"] =
        std::string("/c/Firefox");
    const std::filesystem::path file = "/c/Firefox/distribution/policies.json";
    CHECK(scan(fake) == Facts{fact("firefox", "not_set")});
    fake.files.files[file].bytes = R"({"policies":{"PasswordManagerEnabled":false}})";
    CHECK(scan(fake) == Facts{fact("firefox", "off", "file")});
    fake.files.files[file].bytes = R"({"policies":{"PasswordManagerEnabled":true,"OfferToSaveLogins":false}})";
    CHECK(scan(fake) == Facts{fact("firefox", "off", "file")});
    fake.files.files[file].bytes = R"({"policies":{"OfferToSaveLogins":true}})";
    CHECK(scan(fake) == Facts{fact("firefox", "on", "file")});
    fake.files.files[file].bytes = R"({"policies":{"PasswordManagerEnabled":"no"}})";
    CHECK(scan(fake) == Facts{fact("firefox", "not_set")});
    fake.files.files[file].bytes = "{";
    CHECK(scan(fake) == Facts{{id, "firefox", Unknown{in_words("Firefox's policies.json cannot be read")}, "file"}});
    fake.registry.values[policies + "Mozilla\\Firefox\\PasswordManagerEnabled"] = on;
    CHECK(scan(fake) == Facts{fact("firefox", "on")});
    fake.registry.values[policies + "Mozilla\\Firefox\\OfferToSaveLogins"] = off;
    CHECK(scan(fake) == Facts{fact("firefox", "off")});
}
