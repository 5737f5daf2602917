#include "collectors/core/run.h"

#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

#include "embedded/reasons.h"
#include "tests/recorded_machine.h"
#include "tests/test_data.h"

using namespace wardwatch;

namespace {

Facts later_letters(const Machine&, const ScanOptions&) {
    return {{"z.b", "two", true, "x"}, {"z.b", "one", false, "x"}, {"z.a", "", std::int64_t{1}, "x"}};
}

Facts throwing(const Machine&, const ScanOptions&) { throw std::runtime_error("the port is broken"); }

Facts tells_now(const Machine&, const ScanOptions& options) { return {{"a.read_at", "", options.now, "x"}}; }

RecordedMachine any_machine() { return load_machine(test_data() / "machines" / "no_antivirus.json"); }

}  // namespace

TEST_CASE("facts are ordered by id and instance, over all collectors") {
    const RecordedMachine recorded = any_machine();
    const Collector collectors[] = {{"z", {}, later_letters}, {"a", {}, tells_now}};
    ScanOptions options;
    options.now = parse_instant("2026-11-22T03:04:05Z");
    const Facts facts = run(collectors, recorded.owner->machine(), options);
    const Facts expected = {{"a.read_at", "", options.now, "x"},
                            {"z.a", "", std::int64_t{1}, "x"},
                            {"z.b", "one", false, "x"},
                            {"z.b", "two", true, "x"}};
    CHECK(facts == expected);
}

TEST_CASE("a collector that throws is Unknown with its reason, and the others are not touched") {
    const RecordedMachine recorded = any_machine();
    const Collector collectors[] = {{"broken", {}, throwing}, {"z", {}, later_letters}};
    const Facts facts = run(collectors, recorded.owner->machine(), {});
    REQUIRE(facts.size() == 4);
    CHECK(facts.front() == Fact{"broken", "", Unknown{in_words("the port is broken")}, "collector"});
    CHECK(facts.back() == Fact{"z.b", "two", true, "x"});
}

TEST_CASE("a collector that is switched off is not asked and Unknown") {
    const RecordedMachine recorded = any_machine();
    const Collector collectors[] = {{"broken", {}, throwing}, {"z", {}, later_letters}};
    ScanOptions options;
    options.not_asked = {{"z", reasons::switched_off(), "settings"}};
    const Facts facts = run(collectors, recorded.owner->machine(), options);
    const Facts expected = {{"broken", "", Unknown{in_words("the port is broken")}, "collector"},
                            {"z", "", Unknown{in_words("switched off by the settings")}, "settings"}};
    CHECK(facts == expected);
}

TEST_CASE("progress is told before each collector") {
    const RecordedMachine recorded = any_machine();
    const Collector collectors[] = {{"z", {}, later_letters}, {"broken", {}, throwing}};
    std::string told;
    run(collectors, recorded.owner->machine(), {}, [&](std::string_view name, std::size_t position, std::size_t count) {
        told += std::string(name) + " " + std::to_string(position) + "/" + std::to_string(count) + "; ";
    });
    CHECK(told == "z 0/2; broken 1/2; ");
}
