// The stores that real browsers wrote, against the truth that was recorded when they were made.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "collectors/core/collector.h"
#include "collectors/machine/real_machine.h"
#include "tests/test_data.h"

namespace wardwatch {
Facts collect_browser_credentials(const Machine&, const ScanOptions&);
}

using namespace wardwatch;

namespace {

std::string leaf(const std::string& folder) { return folder.substr(folder.find_last_of("/\\") + 1); }

// Truth names profiles as people see them, facts by their folder.
std::string instance_of(const nlohmann::json& profile) {
    const std::string user = profile["user"];
    const std::string dir = profile["dir"];
    std::string browser = profile["browser"];
    if (dir.find("/Packages/Mozilla.Firefox_") != std::string::npos) browser = "firefox-store";
    std::string name = leaf(dir);
    if (profile["profile"].get<std::string>().empty()) name = ".";
    if (profile["status"] == "snapshot")
        name = "snapshot:" + leaf(dir.substr(0, dir.size() - name.size() - 1)) + "/" + name;
    return user + "/" + browser + "/" + name;
}

std::int64_t official_in(const nlohmann::json& origins) {
    std::int64_t count = 0;
    for (const auto& [origin, number] : origins.items()) {
        if (origin == "https://dichvucong.gov.vn") count += number.get<std::int64_t>();
    }
    return count;
}

struct Found {
    std::map<std::string, std::map<std::string, Value>> by_instance;
    const Value& value(const std::string& instance, const std::string& field) const {
        return by_instance.at(instance).at("browser_credentials." + field);
    }
    bool has(const std::string& instance, const std::string& field) const {
        return by_instance.at(instance).contains("browser_credentials." + field);
    }
};

Found scan() {
    const auto owner = offline_machine(WARDWATCH_FIXTURE_ROOT);
    ScanOptions options;
    options.official_hosts = {"dichvucong.gov.vn", "*.hanoi.gov.vn"};
    Found found;
    for (const Fact& fact : collect_browser_credentials(owner->machine(), options)) {
        CHECK(fact.source == "file");
        CHECK(found.by_instance[fact.instance].emplace(fact.id, fact.value).second);
    }
    return found;
}

nlohmann::json truth() {
    std::ifstream file(test_data() / "fixtures/truth.json");
    return nlohmann::json::parse(file);
}

Value number(const nlohmann::json& count) { return count.get<std::int64_t>(); }

void check_chromium(const Found& found, const std::string& instance, const nlohmann::json& profile) {
    CHECK(found.value(instance, "store_status") == Value(std::string("ok")));
    CHECK(found.value(instance, "saved") == number(profile["login_data"]["saved"]));
    CHECK(found.value(instance, "federated") == number(profile["login_data"]["federated"]));
    CHECK(found.value(instance, "never_saved") == number(profile["login_data"]["never"]));
    const Value account = profile["account"].is_null() ? Value(std::int64_t{0}) : number(profile["account"]);
    CHECK(found.value(instance, "account_store_saved") == account);
    CHECK(found.value(instance, "official") == Value(official_in(profile["per_origin"]["profile"])));
    CHECK_FALSE(found.has(instance, "primary_password"));
    const bool dated = profile.contains("newest_date_created_unix");
    CHECK(found.has(instance, "newest_change_at") == dated);
    if (!dated) return;
    const Instant created(std::chrono::seconds(profile["newest_date_created_unix"].get<std::int64_t>()));
    CHECK(std::get<Instant>(found.value(instance, "newest_change_at")) >= created);
    CHECK(std::get<Instant>(found.value(instance, "newest_change_at")) <= created + std::chrono::hours(1));
}

void check_firefox(const Found& found, const std::string& instance, const nlohmann::json& profile) {
    if (profile["status"] == "missing") {
        CHECK(found.value(instance, "store_status") == Value(std::string("absent")));
        for (const char* field : {"saved", "account_store_saved", "federated", "never_saved", "official",
                                  "newest_change_at", "primary_password"}) {
            CHECK(found.value(instance, field) == Value(Unknown{in_words("absent")}));
        }
        return;
    }
    CHECK(found.value(instance, "store_status") == Value(std::string("ok")));
    CHECK(found.value(instance, "saved") == number(profile["logins"]["saved"]));
    CHECK(found.value(instance, "never_saved") == number(profile["logins"]["never_hosts"]));
    CHECK(found.value(instance, "federated") == Value(std::int64_t{0}));
    CHECK(found.value(instance, "account_store_saved") == Value(std::int64_t{0}));
    CHECK(found.value(instance, "official") == Value(std::int64_t{0}));
    CHECK(found.value(instance, "primary_password") == Value(profile["primary_password"].get<bool>()));
    CHECK(found.has(instance, "newest_change_at") == (profile["logins"]["saved"] != 0));
}

}  // namespace

TEST_CASE("every profile of the fixture users has the true counts, and there is no other") {
    const Found found = scan();
    std::set<std::string> expected = {""};
    std::int64_t live = 0;
    const nlohmann::json all = truth();
    for (const nlohmann::json& profile : all["profiles"]) {
        const std::string instance = instance_of(profile);
        CAPTURE(instance);
        expected.insert(instance);
        if (profile["status"] == "ok") ++live;
        REQUIRE(found.by_instance.contains(instance));
        if (profile["kind"] == "chromium") {
            check_chromium(found, instance, profile);
        } else {
            check_firefox(found, instance, profile);
        }
    }
    std::set<std::string> seen;
    for (const auto& [instance, facts] : found.by_instance) seen.insert(instance);
    CHECK(seen == expected);
    CHECK(found.value("", "profiles") == Value(live));
}

TEST_CASE("each fixture user's live total is true") {
    const Found found = scan();
    const nlohmann::json all = truth();
    for (const auto& [user, totals] : all["users"].items()) {
        std::int64_t saved = 0;
        for (const auto& [instance, facts] : found.by_instance) {
            if (!instance.starts_with(user + "/") || instance.find("snapshot:") != std::string::npos) continue;
            for (const char* id : {"browser_credentials.saved", "browser_credentials.account_store_saved"}) {
                if (const auto* count = std::get_if<std::int64_t>(&facts.at(id))) saved += *count;
            }
        }
        CAPTURE(user);
        CHECK(saved == totals["saved_live"].get<std::int64_t>());
    }
}

TEST_CASE("no fact carries a host, a user name or a secret") {
    const auto owner = offline_machine(WARDWATCH_FIXTURE_ROOT);
    for (const Fact& fact : collect_browser_credentials(owner->machine(), ScanOptions())) {
        std::string text = fact.id + " " + fact.instance + " " + fact.source;
        if (const auto* value = std::get_if<std::string>(&fact.value)) text += " " + *value;
        if (const auto* value = std::get_if<Unknown>(&fact.value)) text += " " + sentence_of(value->reason);
        for (const char* planted : {"TESTPW", "http", ".example", ".test", "vietcombank", "congty", "192.168"}) {
            CAPTURE(text, planted);
            CHECK(text.find(planted) == std::string::npos);
        }
    }
}
