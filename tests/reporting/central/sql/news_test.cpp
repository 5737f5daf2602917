// What processes on one database tell each other. Each Database is a process's own here.
#include "reporting/central/sql/news.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "reporting/central/commands/scans.h"
#include "reporting/central/commands/waits.h"
#include "reporting/central/enrolment/revocations.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Words = std::vector<std::string>;

namespace {

/// A net under tests that fail; no test waits for it.
constexpr std::chrono::seconds long_enough{60};

/// Everything that was heard, from whatever thread.
class Heard {
public:
    void add(std::string_view text) {
        const std::lock_guard lock{mutex_};
        words_.emplace_back(text);
        changed_.notify_all();
    }
    bool holds(const std::string& text, std::ptrdiff_t times = 1) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, long_enough,
                                 [&] { return std::count(words_.begin(), words_.end(), text) >= times; });
    }
    Words words() {
        const std::lock_guard lock{mutex_};
        return words_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    Words words_;
};

/// A process that hears "colour".
struct Hearer {
    explicit Hearer(const sql::Source& source) : database(source) {}

    sql::Database database;
    Heard heard;
    Heard said;
    sql::Subscription colours{database, "colour", [this](std::string_view text) { heard.add(text); }};
    sql::NewsFromOthers others{database, [this](const std::string& line) { said.add(line.substr(0, line.find(':'))); }};
};

}  // namespace

TEST_CASE("news: told in this process at once, to who subscribed to its topic, until the subscription ends", "[sql]") {
    const TemporaryFolder folder;
    const sql::Database database{stored(folder.path() / "central.db")};
    Heard colours;
    Heard broken;
    const sql::Subscription throws{database, "colour", [](std::string_view) { throw std::runtime_error("deaf"); }};
    {
        const sql::Subscription subscription{database, "colour", [&](std::string_view text) { colours.add(text); }};
        const sql::Subscription other{database, "sound", [&](std::string_view text) { broken.add(text); }};
        const sql::Database copy = database;
        copy.tell("colour", "red green");
        copy.tell("colour");
        copy.tell("colou", "blue");
        copy.tell("colour", std::string(7001, 'x'));
    }
    database.tell("colour", "late");
    CHECK(colours.words() == Words{"red green", "", ""});
    CHECK(broken.words().empty());
    CHECK(sql::words_of("red  green ") == Words{"red", "green"});
    CHECK(sql::words_of("").empty());
}

TEST_CASE("news: other processes hear it where the database is a server, and this one hears it once", "[sql]") {
    const TemporaryFolder folder;
    const sql::Source source = stored(folder.path() / "central.db");
    Hearer here{source};
    Hearer there{source};
    if (!source.is_server()) {
        there.database.tell("colour", "red");
        CHECK(here.heard.words().empty());
        return;
    }
    // An empty text: something may have been told before.
    REQUIRE(here.heard.holds(""));
    REQUIRE(there.heard.holds(""));
    there.database.tell("sound", "loud");
    there.database.tell("colour", "red 'green");
    there.database.tell("colour", "last");
    CHECK(here.heard.holds("last"));
    CHECK(here.heard.words() == Words{"", "red 'green", "last"});
    here.database.tell("colour", "back");
    CHECK(there.heard.holds("back"));
    CHECK(there.heard.words() == Words{"", "red 'green", "last", "back"});
}

TEST_CASE("news: a connection that is lost is made anew, and what may have been missed is said", "[sql]") {
    const TemporaryFolder folder;
    const sql::Source source = stored(folder.path() / "central.db");
    if (!source.is_server()) SKIP("needs a server");
    Hearer here{source};
    REQUIRE(here.heard.holds(""));
    sql::Database other{source};
    CHECK(other.reader().number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE "
                                "'LISTEN %' AND pid <> pg_backend_pid()") >= 1);
    CHECK(here.said.holds("the database is away"));
    CHECK(here.said.holds("the database is back"));
    CHECK(here.heard.holds("", 2));
    other.tell("colour", "red");
    CHECK(here.heard.holds("red"));
}

TEST_CASE("news: a command and a revocation of another process are known before anybody asks the database", "[sql]") {
    Centre centre;
    if (!centre.database.source().is_server()) SKIP("needs a server");
    const Pc pc = centre.enrolled_pc();
    sql::Database other{centre.database.source()};
    CommandWaits waits;
    const CommandWatch watch{other, waits, [](const std::string&) {}};
    const Revocations revocations{other};
    const std::uint64_t before = revocations.count();
    Heard heard;
    const sql::Subscription commands{other, commands_news, [&](std::string_view text) { heard.add(text); }};
    const sql::Subscription revoked{other, revocation_news, [&](std::string_view) { heard.add("revoked"); }};
    const sql::NewsFromOthers news{other, [](const std::string&) {}};
    REQUIRE(heard.holds(""));
    REQUIRE(heard.holds("revoked"));

    order_scan(centre.database, {{pc.device_id}, "", false}, "an", centre.now, std::chrono::hours{1});
    CHECK(heard.holds(pc.device_id));
    CHECK(waits.rings() >= 1);
    CHECK(Enrolments{centre.database}.revoke_device(pc.device_id, start));
    CHECK(heard.holds("revoked", 2));
    CHECK(revocations.count() != before);
}
