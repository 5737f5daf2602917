// Recorded machine in, golden verdicts out (tests/machines/<name>.verdicts.json). WARDWATCH_WRITE_GOLDEN=1 writes them
// instead of comparing; read the difference before it is committed.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "collectors/core/run.h"
#include "reporting/policy/describe.h"
#include "reporting/policy/judge.h"
#include "reporting/policy/reasons.h"
#include "tests/collectors/fact_lines.h"
#include "tests/recorded_machine.h"
#include "tests/test_data.h"

using namespace wardwatch;

namespace {

const std::filesystem::path machines = test_data() / "machines";

std::string read_text(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Report report_of(const RecordedMachine& machine) {
    ScanOptions options;
    options.now = machine.now;
    options.official_hosts = baseline().official_hosts;
    return {"", "", "any", "manual", machine.now, run(catalog(), machine.owner->machine(), options)};
}

/// One verdict a line, with what people read in English.
std::string verdict_lines(const RecordedMachine& machine) {
    const std::vector<Verdict> verdicts = judge(baseline(), report_of(machine), machine.now);
    std::string text = "[\n  {\"overall\":\"" + std::string(name_of(overall(baseline(), verdicts))) + "\"}";
    for (const Verdict& verdict : verdicts) {
        nlohmann::ordered_json line;
        line["rule"] = verdict.rule_id;
        line["instance"] = verdict.instance;
        line["status"] = name_of(verdict.status);
        line["observed"] = describe(baseline(), verdict, machine.now, Language::en).observed;
        text += ",\n  " + line.dump();
    }
    return text + "\n]\n";
}

/// What the recorded machines' reports and verdicts do not know, each sentence once. "not given" is the recording's
/// own.
std::set<std::string> recorded_reasons() {
    std::set<std::string> reasons;
    for (const std::filesystem::path& file : machine_files(machines)) {
        const RecordedMachine machine = load_machine(file);
        const Report report = report_of(machine);
        for (const Fact& fact : report.facts) {
            if (const auto* unknown = std::get_if<Unknown>(&fact.value)) reasons.insert(sentence_of(unknown->reason));
        }
        for (const Verdict& verdict : judge(baseline(), report, machine.now))
            if (verdict.status == Status::unknown) reasons.insert(sentence_of(verdict.reason));
    }
    reasons.erase("not given");
    return reasons;
}

std::set<std::string> placeholders(const std::string& text) {
    std::set<std::string> found;
    for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1))
        found.insert(text.substr(open, text.find('}', open) - open));
    return found;
}

}  // namespace

TEST_CASE("recorded machines have their golden verdicts") {
    const bool write = std::getenv("WARDWATCH_WRITE_GOLDEN") != nullptr;
    const std::vector<std::filesystem::path> files = machine_files(machines);
    REQUIRE(files.size() >= 13);
    for (const std::filesystem::path& file : files) {
        const RecordedMachine machine = load_machine(file);
        const std::filesystem::path golden = std::filesystem::path(file).replace_extension(".verdicts.json");
        const std::string actual = verdict_lines(machine);
        if (write) std::ofstream(golden, std::ios::binary) << actual;
        INFO(machine.name << ": " << machine.description);
        const std::string unexpected = difference(read_text(golden), actual);
        INFO(unexpected);
        CHECK(unexpected.empty());
    }
}

TEST_CASE("every golden verdict belongs to a machine") {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(machines)) {
        std::string name = entry.path().filename().string();
        constexpr std::string_view ending = ".verdicts.json";
        if (!name.ends_with(ending)) continue;
        name.resize(name.size() - ending.size());
        INFO(name);
        CHECK(std::filesystem::exists(entry.path().parent_path() / (name + ".json")));
    }
}

TEST_CASE("the words of each reason put in no parameter that its sentence has not") {
    const auto reasons = nlohmann::json::parse(read_text(test_data() / "../collectors/core/reasons.json"));
    REQUIRE(reasons.size() >= 70);
    for (const auto& [code, reason] : reasons.items()) {
        INFO(code);
        const std::set<std::string> given = placeholders(reason.at("reason").get<std::string>());
        for (const char* language : {"vi", "en"}) {
            const std::set<std::string> wanted = placeholders(reason.value(language, ""));
            CHECK(std::includes(given.begin(), given.end(), wanted.begin(), wanted.end()));
        }
    }
}

// tests/machines/unknown.txt is the list to read: would somebody in the office know what to do?
TEST_CASE("each unknown of the recorded machines is told in Vietnamese") {
    const std::set<std::string> reasons = recorded_reasons();
    REQUIRE(reasons.size() >= 40);
    const std::regex english(R"(\b(the|this|is|are|no|not|of|with|failed|cannot|does|runs|tells|says)\b)");
    std::string list;
    for (const std::string& reason : reasons) {
        INFO(reason);
        const std::string words = reason_text(baseline(), reason, Language::vi);
        CHECK(words != reason);
        CHECK_FALSE(std::regex_search(words, english));
        list += reason + "\n    " + words + "\n";
    }
    if (std::getenv("WARDWATCH_WRITE_GOLDEN") != nullptr)
        std::ofstream(machines / "unknown.txt", std::ios::binary) << list;
    const std::string unexpected = difference(read_text(machines / "unknown.txt"), list);
    INFO(unexpected);
    CHECK(unexpected.empty());
}
