// What installer/verify-on-windows.ps1 -Record writes is read by the reader of recorded machines, member by member.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "collectors/core/run.h"
#include "tests/recorded_machine.h"
#include "tests/test_data.h"

using namespace wardwatch;

TEST_CASE("a PC in the form of the script gives the facts that stand in it") {
    const RecordedMachine machine = load_machine(test_data() / "installer" / "recorded_by_script.json");
    ScanOptions options;
    options.now = machine.now;
    const Facts facts = run(catalog(), machine.owner->machine(), options);
    const auto value = [&](std::string_view id, std::string_view instance) {
        const auto found = std::find_if(facts.begin(), facts.end(),
                                        [&](const Fact& fact) { return fact.id == id && fact.instance == instance; });
        INFO(id << " " << instance);
        REQUIRE(found != facts.end());
        return found->value;
    };
    CHECK(value("host.os_name", "") == Value{std::string("Windows 11 Pro 24H2")});
    CHECK(value("host.membership_name", "") == Value{std::string("OFFICE")});
    CHECK(value("host.windows_activated", "") == Value{true});
    CHECK(value("antivirus.state", "Phần mềm diệt virus Bkav") == Value{std::string("on")});
    CHECK(value("accounts.password_changed_at", "user1") == Value{parse_instant("2026-11-02T01:15:00Z")});
    CHECK(value("accounts.last_logon_at", "user1") == Value{parse_instant("2026-12-01T00:58:12Z")});
    CHECK(value("accounts.domain_users", "") == Value{std::int64_t{1}});
    CHECK(value("password_policy.minimum_length", "") == Value{std::int64_t{8}});
    CHECK(value("password_policy.maximum_age_days", "") == Value{std::int64_t{42}});
    CHECK(value("browser_policy.password_manager", "chrome") == Value{std::string("off")});
    // No part was left out or misread.
    const bool whole = std::none_of(facts.begin(), facts.end(), [](const Fact& fact) {
        const auto* unknown = std::get_if<Unknown>(&fact.value);
        return unknown != nullptr && sentence_of(unknown->reason).find("not recorded") != std::string::npos;
    });
    CHECK(whole);
}
