#include "collectors/credential_stores/snapshot.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/collectors/fakes.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::milliseconds;

namespace {

const std::filesystem::path file = "/home/Login Data";
const std::filesystem::path journal = "/home/Login Data-journal";
const std::filesystem::path wal = "/home/Login Data-wal";

std::string text(const SecretBytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Snapshot take(const Files& files, std::uint64_t limit = 1000) {
    return take_snapshot(files, "/home", file, limit, no_pause);
}

}  // namespace

TEST_CASE("a quiet database is read in two rounds, WAL first, journal second") {
    FakeFiles files;
    files.files = {
        {file, {ReadStatus::ok, "database"}}, {journal, {ReadStatus::ok, "journal"}}, {wal, {ReadStatus::ok, "wal"}}};
    std::vector<std::filesystem::path> order;
    files.before_read = [&](const auto& path) { order.push_back(path); };
    const Snapshot snapshot = take(files);
    CHECK(snapshot.status == StoreStatus::ok);
    CHECK(text(snapshot.database) == "database");
    CHECK(text(snapshot.journal) == "journal");
    CHECK(text(snapshot.wal) == "wal");
    CHECK(order == std::vector{wal, journal, file, wal, journal, file});
}

TEST_CASE("a database that comes to rest is read as it is then") {
    FakeFiles files;
    int reads = 0;
    files.before_read = [&](const auto& path) {
        if (path == file && reads < 4) files.files[file] = {ReadStatus::ok, "version " + std::to_string(++reads)};
    };
    std::vector<milliseconds> pauses;
    const Snapshot snapshot =
        take_snapshot(files, "/home", file, 1000, [&](milliseconds time) { pauses.push_back(time); });
    CHECK(snapshot.status == StoreStatus::ok);
    CHECK(text(snapshot.database) == "version 4");
    CHECK(pauses == std::vector{milliseconds(5), milliseconds(10), milliseconds(20)});
}

TEST_CASE("a database that changes during ten rounds is busy, with growing pauses") {
    FakeFiles files;
    int reads = 0;
    files.before_read = [&](const auto& path) {
        if (path == file) files.files[file] = {ReadStatus::ok, std::to_string(++reads)};
    };
    std::vector<milliseconds> pauses;
    const Snapshot snapshot =
        take_snapshot(files, "/home", file, 1000, [&](milliseconds time) { pauses.push_back(time); });
    CHECK(snapshot.status == StoreStatus::busy);
    CHECK(snapshot.database.empty());
    CHECK(reads == 10);
    CHECK(pauses.size() == 8);
    CHECK(pauses.back() == milliseconds(640));
}

TEST_CASE("a journal that comes and goes is no quiet moment") {
    FakeFiles files;
    files.files[file] = {ReadStatus::ok, "database"};
    bool there = false;
    files.before_read = [&](const auto& path) {
        if (path != journal) return;
        there = !there;
        if (there) files.files[journal] = {ReadStatus::ok, "j"};
        if (!there) files.files.erase(journal);
    };
    CHECK(take(files).status == StoreStatus::busy);
}

TEST_CASE("a file that another program holds shut is busy, and read when it lets go") {
    FakeFiles files;
    files.files[file] = {ReadStatus::busy, ""};
    CHECK(take(files).status == StoreStatus::busy);
    int reads = 0;
    files.before_read = [&](const auto& path) {
        if (path == file && ++reads == 3) files.files[file] = {ReadStatus::ok, "database"};
    };
    CHECK(take(files).status == StoreStatus::ok);
}

TEST_CASE("why a snapshot cannot be taken") {
    FakeFiles files;
    CHECK(take(files).status == StoreStatus::absent);
    files.files[file] = {ReadStatus::ok, ""};
    CHECK(take(files).status == StoreStatus::empty_file);
    files.files[file] = {ReadStatus::access_denied, ""};
    CHECK(take(files).status == StoreStatus::access_denied);
    files.files[file] = {ReadStatus::not_a_file, ""};
    CHECK(take(files).status == StoreStatus::not_a_database);
    files.files[file] = {ReadStatus::ok, std::string(1001, 'x')};
    CHECK(take(files).status == StoreStatus::too_large);
}

TEST_CASE("a database is nothing without the journal that cannot be read") {
    FakeFiles files;
    files.files = {{file, {ReadStatus::ok, "database"}}, {journal, {ReadStatus::access_denied, ""}}};
    const Snapshot snapshot = take(files);
    CHECK(snapshot.status == StoreStatus::access_denied);
    CHECK(snapshot.database.empty());
}

TEST_CASE("the limit is for database, journal and WAL together") {
    FakeFiles files;
    files.files = {{file, {ReadStatus::ok, std::string(400, 'x')}},
                   {journal, {ReadStatus::ok, std::string(300, 'x')}},
                   {wal, {ReadStatus::ok, std::string(300, 'x')}}};
    CHECK(take(files, 1000).status == StoreStatus::ok);
    CHECK(take(files, 999).status == StoreStatus::too_large);
}
