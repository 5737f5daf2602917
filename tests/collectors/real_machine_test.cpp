// The ports of the PC that the test runs on: Linux, or Wine as Windows.

#include "collectors/machine/real_machine.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "collectors/core/run.h"
#include "tests/collectors/fact_lines.h"

using namespace wardwatch;

namespace {

const Facts& real_facts() {
    static const Facts facts = [] {
        ScanOptions options;
        options.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        std::vector<Collector> collectors(catalog().begin(), catalog().end());
        std::erase_if(collectors, [](const Collector& collector) { return collector.name.starts_with("browser_"); });
        const std::unique_ptr<MachineOwner> owner = real_machine();
        return run(collectors, owner->machine(), options);
    }();
    return facts;
}

const Fact& fact(std::string_view id) {
    const auto found =
        std::find_if(real_facts().begin(), real_facts().end(), [&](const Fact& one) { return one.id == id; });
    INFO("no fact " << id << " in\n" << report_text(real_facts()));
    REQUIRE(found != real_facts().end());
    return *found;
}

std::string text(std::string_view id) {
    const Fact& found = fact(id);
    INFO(fact_line(found));
    REQUIRE(std::holds_alternative<std::string>(found.value));
    return std::get<std::string>(found.value);
}

}  // namespace

TEST_CASE("the real PC has a name, a system and a time zone") {
    CHECK_FALSE(text("host.name").empty());
    CHECK_FALSE(text("host.os_name").empty());
    CHECK_FALSE(text("host.os_version").empty());
    CHECK_FALSE(text("host.time_zone").empty());
    const std::string version = text("host.agent_version");
    CHECK(std::count(version.begin(), version.end(), '.') == 2);
}

TEST_CASE("the real PC's accounts are counted, and each has a kind") {
    const Fact& count = fact("accounts.enabled_human");
    INFO(fact_line(count));
    const auto kinds = std::count_if(real_facts().begin(), real_facts().end(),
                                     [](const Fact& one) { return one.id == "accounts.kind"; });
    CHECK(kinds > 0);
    if (!is_unknown(count.value)) CHECK(count.value == Value{std::int64_t{kinds}});
}

TEST_CASE("a test PC has no Windows account database and no Security Center: Unknown with a reason") {
    for (const char* id : {"password_policy", "antivirus"}) {
        const Fact& unknown = fact(id);
        INFO(fact_line(unknown));
        REQUIRE(is_unknown(unknown.value));
        CHECK(sentence_of(std::get<Unknown>(unknown.value).reason).size() > 20);
    }
    CHECK(is_unknown(fact("host.windows_activated").value));
}
