// Recorded machine in, golden report out. WARDWATCH_WRITE_GOLDEN=1 writes the reports instead of comparing.

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "collectors/core/run.h"
#include "tests/collectors/fact_lines.h"
#include "tests/recorded_machine.h"
#include "tests/test_data.h"

using namespace wardwatch;

namespace {

const std::filesystem::path machines = test_data() / "machines";

std::filesystem::path golden_file(std::filesystem::path machine) { return machine.replace_extension(".report.json"); }

std::string read_text(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Facts facts_of(const RecordedMachine& machine) {
    ScanOptions options;
    options.now = machine.now;
    options.official_hosts = {"*.hanoi.gov.vn"};
    Facts facts = run(catalog(), machine.owner->machine(), options);
    for (Fact& fact : facts) {
        if (fact.id == "host.agent_version") fact.value = std::string("any");
    }
    return facts;
}

ValueType type_of(const Value& value) {
    if (std::holds_alternative<bool>(value)) return ValueType::boolean;
    if (std::holds_alternative<std::int64_t>(value)) return ValueType::integer;
    if (std::holds_alternative<std::string>(value)) return ValueType::text;
    return ValueType::instant;
}

std::map<std::string, ValueType, std::less<>> declared_types() {
    std::map<std::string, ValueType, std::less<>> types;
    for (const Collector& collector : catalog()) {
        for (const FactInfo& info : collector.facts) types.emplace(info.id, info.type);
    }
    return types;
}

}  // namespace

TEST_CASE("recorded machines yield their golden reports") {
    const bool write = std::getenv("WARDWATCH_WRITE_GOLDEN") != nullptr;
    const std::vector<std::filesystem::path> files = machine_files(machines);
    REQUIRE(files.size() >= 13);
    for (const std::filesystem::path& file : files) {
        const RecordedMachine machine = load_machine(file);
        const std::string actual = report_text(facts_of(machine));
        if (write) std::ofstream(golden_file(file), std::ios::binary) << actual;
        INFO(machine.name << ": " << machine.description);
        const std::string unexpected = difference(read_text(golden_file(file)), actual);
        INFO(unexpected);
        CHECK(unexpected.empty());
    }
}

TEST_CASE("every golden report belongs to a machine") {
    for (const std::filesystem::directory_entry& entry : std::filesystem::recursive_directory_iterator(machines)) {
        std::string name = entry.path().filename().string();
        constexpr std::string_view ending = ".report.json";
        if (!name.ends_with(ending)) continue;
        name.resize(name.size() - ending.size());
        INFO(name);
        CHECK(std::filesystem::exists(entry.path().parent_path() / (name + ".json")));
    }
}

TEST_CASE("recorded machines yield only facts of the catalog, of the declared type") {
    const auto types = declared_types();
    for (const std::filesystem::path& file : machine_files(machines)) {
        const RecordedMachine machine = load_machine(file);
        for (const Fact& fact : facts_of(machine)) {
            INFO(machine.name << ": " << fact_line(fact));
            CHECK_FALSE(fact.source.empty());
            if (fact.id.find('.') == std::string::npos) {
                // What `run` makes of a collector that threw.
                CHECK(is_unknown(fact.value));
                continue;
            }
            const auto declared = types.find(fact.id);
            REQUIRE(declared != types.end());
            if (const Unknown* unknown = std::get_if<Unknown>(&fact.value)) {
                CHECK_FALSE(sentence_of(unknown->reason).empty());
            } else {
                CHECK(type_of(fact.value) == declared->second);
            }
        }
    }
}

TEST_CASE("every fact of accounts, antivirus, host and password_policy is yielded by some machine") {
    std::map<std::string, int, std::less<>> seen;
    for (const std::filesystem::path& file : machine_files(machines)) {
        for (const Fact& fact : facts_of(load_machine(file))) {
            if (!is_unknown(fact.value)) ++seen[fact.id];
        }
    }
    for (const Collector& collector : catalog()) {
        if (collector.name.starts_with("browser_")) continue;  // beside this: browser_credentials_test.cpp
        for (const FactInfo& info : collector.facts) {
            INFO(info.id);
            CHECK(seen[std::string(info.id)] > 0);
        }
    }
}
