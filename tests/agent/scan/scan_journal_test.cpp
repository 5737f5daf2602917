#include "agent/scan/scan_journal.h"

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "tests/agent/temporary_folder.h"

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

const Instant noon = parse_instant("2026-11-22T12:00:00Z");

struct Folder {
    TemporaryFolder folder;
    std::filesystem::path file = folder.path / "scan_journal.json";

    /// A process whose scan ends in the check, as a crash does; the names of what was not asked.
    std::vector<std::string> crash(Instant now, const std::string& check) const {
        ScanJournal journal{file};
        const std::vector<std::string> names = names_of(journal.begin(now));
        journal.entered("host");
        journal.entered(check);
        return names;
    }

    /// A process whose scan comes to all checks and out of them.
    std::vector<std::string> pass(Instant now) const {
        ScanJournal journal{file};
        const std::vector<std::string> names = names_of(journal.begin(now));
        for (const char* check : {"host", "antivirus", "accounts"}) journal.entered(check);
        journal.ended();
        return names;
    }

    static std::vector<std::string> names_of(const std::vector<NotAsked>& checks) {
        std::vector<std::string> names;
        for (const NotAsked& check : checks) names.push_back(check.collector);
        return names;
    }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a check that ended the program twice in a row is not asked for a day") {
    const Folder pc;
    CHECK(pc.crash(noon, "antivirus") == Names{});
    CHECK(pc.crash(noon + 2min, "antivirus") == Names{});  // the first ending: it may have been the power
    CHECK(pc.pass(noon + 4min) == Names{"antivirus"});
    CHECK(pc.pass(noon + 4min + 23h) == Names{"antivirus"});
    SECTION("then once more, and it works again") {
        CHECK(pc.pass(noon + 5min + 24h) == Names{});
        CHECK(pc.crash(noon + 6min + 24h, "antivirus") == Names{});
        CHECK(pc.pass(noon + 7min + 24h) == Names{});  // counted from the beginning
    }
    SECTION("then once more, and it ends the program again") {
        CHECK(pc.crash(noon + 5min + 24h, "antivirus") == Names{});
        CHECK(pc.pass(noon + 6min + 24h) == Names{"antivirus"});
    }
    SECTION("a clock that was set back does not keep it out for longer") { CHECK(pc.pass(noon - 48h) == Names{}); }
}

TEST_CASE("two different checks that end the program once are both asked") {
    const Folder pc;
    CHECK(pc.crash(noon, "antivirus") == Names{});
    CHECK(pc.crash(noon + 2min, "accounts") == Names{});
    CHECK(pc.pass(noon + 4min) == Names{});
}

TEST_CASE("a stop in good order counts against no check") {
    const Folder pc;
    for (int i = 0; i < 4; ++i) {
        ScanJournal journal{pc.file};
        CHECK(journal.begin(noon).empty());
        journal.entered("antivirus");
        journal.stopped();
        journal.entered("accounts");  // the thread goes on until the process has ended
    }
}

TEST_CASE("the reason says how often and when") {
    const Folder pc;
    pc.crash(noon, "antivirus");
    pc.crash(noon + 2min, "antivirus");
    const std::vector<NotAsked> checks = ScanJournal{pc.file}.begin(noon + 4min);
    REQUIRE(checks.size() == 1);
    CHECK(sentence_of(checks[0].reason) ==
          "this check ended the program 2 times in a row, as was seen at 2026-11-22T12:04:00Z; it is asked again after "
          "a day");
    CHECK(checks[0].source == "agent");
}

TEST_CASE("a damaged journal counts for nothing") {
    const Folder pc;
    for (const char* text : {"", "{", "[]", R"({"check": 1})", R"({"check": "x", "endings": {"y": {"times": "a"}}})"}) {
        std::ofstream(pc.file, std::ios::trunc) << text;
        CAPTURE(text);
        CHECK(ScanJournal{pc.file}.begin(noon).empty());
    }
}
