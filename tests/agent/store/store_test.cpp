#include "agent/store/store.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <fstream>
#include <thread>

#include "tests/agent/temporary_folder.h"

using namespace wardwatch;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const Instant noon = parse_instant("2026-11-22T12:00:00Z");

Report report(const std::string& id, Instant taken_at = noon) {
    return {id, "device", "0.1.0", "schedule", taken_at, {{"host.name", "", "pc", "registry"}}};
}

StoreOptions options(const fs::path& folder, std::vector<std::string>* warnings = nullptr) {
    StoreOptions chosen;
    chosen.folder = folder;
    chosen.may_set_aside = true;
    if (warnings != nullptr) chosen.warn = [warnings](const std::string& text) { warnings->push_back(text); };
    return chosen;
}

void add(Store& store, const std::string& id, const std::string& json = "{}") {
    store.append(report(id), json, "hash-" + id, noon);
}

std::string next_in(Store& store) {
    const std::optional<QueuedReport> queued = store.oldest();
    return queued ? queued->report_id : "none";
}

void overwrite(const fs::path& file, std::streamoff at, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(at);
    stream << bytes;
}

int damaged_files(const fs::path& folder) {
    int count = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.find(".damaged-") != std::string::npos && !name.ends_with("-wal") && !name.ends_with("-shm")) ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("the outbox hands out the oldest report until it is acknowledged") {
    const TemporaryFolder folder;
    Store store(options(folder.path), noon);
    CHECK(next_in(store) == "none");
    add(store, "b", "{\"n\":1}");
    add(store, "a", "{\"n\":2}");
    REQUIRE(store.oldest().has_value());
    CHECK(store.oldest()->report_id == "b");
    CHECK(store.oldest()->json == "{\"n\":1}");
    CHECK(store.oldest()->device_id == "device");
    CHECK(store.depth() == 2);
    store.acknowledge("b");
    store.acknowledge("b");
    CHECK(next_in(store) == "a");
    store.acknowledge("a");
    CHECK(store.depth() == 0);
    CHECK(store.newest()->report_id == "a");
    CHECK(store.newest()->facts_hash == "hash-a");
}

TEST_CASE("a report that is appended again is neither changed nor queued again") {
    const TemporaryFolder folder;
    Store store(options(folder.path), noon);
    add(store, "a", "{\"n\":1}");
    add(store, "a", "{\"n\":2}");
    CHECK(store.depth() == 1);
    CHECK(store.oldest()->json == "{\"n\":1}");
    store.acknowledge("a");
    add(store, "a");
    CHECK(store.depth() == 0);
}

TEST_CASE("the newest report can be queued again, once, unless the centre refused it") {
    const TemporaryFolder folder;
    Store store(options(folder.path), noon);
    CHECK_FALSE(store.queue_newest_again());
    add(store, "a");
    add(store, "b");
    CHECK_FALSE(store.queue_newest_again());
    store.acknowledge("a");
    store.acknowledge("b");
    CHECK(store.queue_newest_again());
    CHECK(next_in(store) == "b");
    store.refuse("b", "400 bad_report", noon);
    CHECK(store.depth() == 0);
    CHECK_FALSE(store.queue_newest_again());
    REQUIRE(store.refused().size() == 1);
    CHECK(store.refused()[0].report_id == "b");
    CHECK(store.refused()[0].reason == "400 bad_report");
    CHECK(store.refused()[0].at == noon);
}

TEST_CASE("what append returned from survives a power cut") {
    const TemporaryFolder folder;
    const fs::path after = folder.path / "after";
    fs::create_directory(after);
    {
        Store store(options(folder.path), noon);
        add(store, "a");
        add(store, "b");
        store.acknowledge("a");
        // What a disk holds at this moment, the database still being open and its log not written back.
        for (const char* name : {"wardwatch.db", "wardwatch.db-wal"}) fs::copy_file(folder.path / name, after / name);
        add(store, "c");
    }
    Store store(options(after), noon);
    CHECK(store.depth() == 1);
    CHECK(next_in(store) == "b");
    CHECK(store.set_aside().empty());
}

TEST_CASE("a log that was cut off in the middle of a write costs only that write") {
    const TemporaryFolder folder;
    const fs::path after = folder.path / "after";
    fs::create_directory(after);
    std::uintmax_t log_before = 0;
    {
        Store store(options(folder.path), noon);
        add(store, "a");
        log_before = fs::file_size(folder.path / "wardwatch.db-wal");
        add(store, "b", std::string(50'000, ' '));
        for (const char* name : {"wardwatch.db", "wardwatch.db-wal"}) fs::copy_file(folder.path / name, after / name);
    }
    fs::resize_file(after / "wardwatch.db-wal", log_before + 10'000);
    Store store(options(after), noon);
    CHECK(store.depth() == 1);
    CHECK(next_in(store) == "a");
    add(store, "c");
    CHECK(store.depth() == 2);
}

TEST_CASE("a damaged database is set aside once, reported and replaced") {
    const std::string damage = GENERATE(as<std::string>{}, "header", "pages", "tables");
    const TemporaryFolder folder;
    {
        Store store(options(folder.path), noon);
        for (int i = 0; i < 50; ++i) add(store, "report-" + std::to_string(i), std::string(3000, 'x'));
    }
    const fs::path file = folder.path / "wardwatch.db";
    if (damage == "header") overwrite(file, 0, "this was a database");
    if (damage == "pages") overwrite(file, 4096, std::string(20'000, '\x5a'));
    if (damage == "tables") SQLite::Database(file, SQLite::OPEN_READWRITE).exec("DROP TABLE outbox");
    {
        StoreOptions without = options(folder.path);
        without.may_set_aside = false;
        CHECK_THROWS_AS(Store(without, noon), StoreDamaged);
        CHECK(damaged_files(folder.path) == 0);
    }
    std::vector<std::string> warnings;
    {
        Store store(options(folder.path, &warnings), noon);
        CHECK(store.depth() == 0);
        add(store, "after");
        REQUIRE(store.set_aside().size() == 1);
        CHECK(store.set_aside()[0].name == "wardwatch.db.damaged-20261122T120000Z");
        CHECK(store.set_aside()[0].at == noon);
        CHECK_FALSE(store.set_aside()[0].reason.empty());
    }
    CHECK(warnings.size() == 1);
    CHECK(fs::exists(folder.path / "wardwatch.db.damaged-20261122T120000Z"));
    Store again(options(folder.path, &warnings), noon + 1h);
    CHECK(next_in(again) == "after");
    CHECK(warnings.size() == 1);
    CHECK(damaged_files(folder.path) == 1);
}

TEST_CASE("a database that was found damaged in use is set aside even when it opens") {
    const TemporaryFolder folder;
    {
        Store store(options(folder.path), noon);
        add(store, "a");
    }
    StoreOptions known = options(folder.path);
    known.known_damage = "malformed";
    Store store(known, noon);
    CHECK(store.depth() == 0);
    REQUIRE(store.set_aside().size() == 1);
    CHECK(store.set_aside()[0].reason == "malformed");
    CHECK(damaged_files(folder.path) == 1);
}

TEST_CASE("at most three damaged databases are kept, the newest") {
    const TemporaryFolder folder;
    for (int day = 0; day < 5; ++day) {
        std::ofstream(folder.path / "wardwatch.db", std::ios::binary) << "rubbish that is no database at all, " << day;
        const Store store(options(folder.path), noon + 24h * day);
    }
    CHECK(damaged_files(folder.path) == 3);
    CHECK_FALSE(fs::exists(folder.path / "wardwatch.db.damaged-20261123T120000Z"));
    CHECK(fs::exists(folder.path / "wardwatch.db.damaged-20261126T120000Z"));
}

TEST_CASE("a database of a newer version is refused and left alone") {
    const TemporaryFolder folder;
    { const Store store(options(folder.path), noon); }
    SQLite::Database(folder.path / "wardwatch.db", SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    CHECK_THROWS_AS(Store(options(folder.path), noon), std::runtime_error);
    CHECK_THROWS_AS(look_into_store(folder.path), std::runtime_error);
    CHECK(damaged_files(folder.path) == 0);
    CHECK(SQLite::Database(folder.path / "wardwatch.db").execAndGet("PRAGMA user_version").getInt() == 99);
}

TEST_CASE("a database that is locked is not damaged") {
    const TemporaryFolder folder;
    Store store(options(folder.path), noon);
    add(store, "a");
    SQLite::Database other(folder.path / "wardwatch.db", SQLite::OPEN_READWRITE);
    other.exec("BEGIN EXCLUSIVE");
    CHECK(next_in(store) == "a");
    CHECK(look_into_store(folder.path)->outbox_depth == 1);
    CHECK(damaged_files(folder.path) == 0);
}

TEST_CASE("a full disk is said clearly and loses nothing") {
    const TemporaryFolder folder;
    { Store(options(folder.path), noon); }
    StoreOptions small = options(folder.path);
    small.page_limit = 40;  // SQLite treats it as it treats a full disk
    Store store(small, noon);
    add(store, "a");
    std::string message;
    try {
        add(store, "b", std::string(1'000'000, 'x'));
    } catch (const std::runtime_error& error) {
        message = error.what();
    }
    CHECK(message.starts_with("the disk is full"));
    CHECK(store.depth() == 1);
    CHECK(next_in(store) == "a");
}

TEST_CASE("the limit drops the oldest reports, sent ones first, never the newest") {
    const TemporaryFolder folder;
    std::vector<std::string> warnings;
    StoreOptions small = options(folder.path, &warnings);
    small.limit_bytes = 1000;
    Store store(small, noon);
    add(store, "unsent", std::string(400, 'x'));
    add(store, "sent", std::string(400, 'x'));
    store.acknowledge("sent");
    add(store, "third", std::string(400, 'x'));
    CHECK(warnings.size() == 1);
    CHECK(store.depth() == 2);
    CHECK(next_in(store) == "unsent");
    add(store, "huge", std::string(5000, 'x'));
    CHECK(store.depth() == 1);
    CHECK(next_in(store) == "huge");
    REQUIRE(warnings.size() == 2);
    CHECK(warnings[1] == "the store reached its limit of 0 MiB: 2 old reports were dropped, 2 of them never sent");
}

TEST_CASE("verdicts keep since when they hold") {
    const TemporaryFolder folder;
    Store store(options(folder.path), noon);
    store.remember({{"r", "a", Status::fail, {}, {}}, {"r", "b", Status::pass, {}, {}}}, noon);
    store.remember({{"r", "a", Status::fail, {}, {}}, {"r", "b", Status::fail, {}, {}}}, noon + 1h);
    store.note("key", "one");
    store.note("key", "two");
    CHECK(store.notes() == std::map<std::string, std::string>{{"key", "two"}});
    const std::optional<StoreSummary> summary = look_into_store(folder.path);
    REQUIRE(summary.has_value());
    CHECK(summary->verdicts == std::map<std::string, std::int64_t>{{"fail", 2}});
    SQLite::Database look(folder.path / "wardwatch.db");
    CHECK(Instant(std::chrono::seconds(
              look.execAndGet("SELECT since FROM verdicts WHERE instance = 'a'").getInt64())) == noon);
    CHECK(Instant(std::chrono::seconds(
              look.execAndGet("SELECT since FROM verdicts WHERE instance = 'b'").getInt64())) == noon + 1h);
}

TEST_CASE("looking makes no database") {
    const TemporaryFolder folder;
    CHECK_FALSE(look_into_store(folder.path).has_value());
    CHECK(fs::is_empty(folder.path));
    std::ofstream(folder.path / "wardwatch.db") << "rubbish that is no database, to be looked at";
    CHECK_THROWS_AS(look_into_store(folder.path), StoreDamaged);
}

TEST_CASE("who looks whether a service runs does not keep one from starting") {
    const TemporaryFolder folder;
    std::optional<FolderLock> looking = FolderLock::try_acquire(folder.path);
    REQUIRE(looking.has_value());
    std::jthread looks([&looking] {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        looking.reset();
    });
    CHECK(FolderLock::try_acquire(folder.path, std::chrono::seconds{60}).has_value());
}

TEST_CASE("one service per data folder") {
    const TemporaryFolder folder;
    CHECK_FALSE(FolderLock::is_held(folder.path));
    {
        const std::optional<FolderLock> first = FolderLock::try_acquire(folder.path);
        CHECK(first.has_value());
        CHECK(FolderLock::is_held(folder.path));
        CHECK_FALSE(FolderLock::try_acquire(folder.path).has_value());
    }
    CHECK_FALSE(FolderLock::is_held(folder.path));
    CHECK(FolderLock::try_acquire(folder.path).has_value());
}
