#include "tests/collectors/fakes.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>

#include "collectors/machine/machine.h"

namespace wardwatch::test {
namespace {

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using UniqueDatabase = std::unique_ptr<sqlite3, CloseDatabase>;

UniqueDatabase open(const std::string& name) {
    sqlite3* database = nullptr;
    if (sqlite3_open(name.c_str(), &database) != SQLITE_OK) throw std::runtime_error("cannot open " + name);
    return UniqueDatabase(database);
}

void run(const UniqueDatabase& database, const std::string& sql) {
    if (sqlite3_exec(database.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        throw std::runtime_error(sqlite3_errmsg(database.get()));
    }
}

std::string slurp(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

DatabaseFiles copy(const std::filesystem::path& path) {
    return {slurp(path), slurp(path.string() + "-journal"), slurp(path.string() + "-wal")};
}

}  // namespace

FileRead FakeFiles::read(const std::filesystem::path&, const std::filesystem::path& file, std::uint64_t limit) const {
    if (before_read) before_read(file);
    const auto found = files.find(file);
    if (found == files.end()) return {ReadStatus::absent, {}};
    if (found->second.status != ReadStatus::ok) return {found->second.status, {}};
    if (found->second.bytes.size() > limit) return {ReadStatus::too_large, {}};
    return {ReadStatus::ok, bytes_of(found->second.bytes)};
}

std::vector<DirectoryEntry> FakeFiles::list(const std::filesystem::path&, const std::filesystem::path& folder) const {
    if (std::find(closed.begin(), closed.end(), folder) != closed.end()) throw PortError(in_words("closed"));
    std::map<std::filesystem::path, bool> names;
    for (const auto& [path, file] : files) {
        const auto relative = path.lexically_relative(folder);
        if (relative.empty() || *relative.begin() == ".." || *relative.begin() == ".") continue;
        names[*relative.begin()] = std::next(relative.begin()) != relative.end();
    }
    std::vector<DirectoryEntry> entries;
    entries.reserve(names.size());
    for (const auto& [name, is_folder] : names) entries.push_back({name, is_folder, !is_folder});
    return entries;
}

std::string make_database(const std::string& sql) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "made";
    run(open(path.string()), sql);
    return slurp(path);
}

DatabaseFiles make_hot_journal(const std::string& committed, const std::string& uncommitted) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "made";
    const UniqueDatabase database = open(path.string());
    run(database, committed);
    // A cache of one page writes changed pages into the database before the commit.
    run(database, "PRAGMA cache_size=1; BEGIN IMMEDIATE;" + uncommitted);
    return copy(path);
}

DatabaseFiles make_wal(const std::string& checkpointed, const std::string& in_wal) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "made";
    const UniqueDatabase database = open(path.string());
    run(database, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;" + checkpointed);
    run(database, "PRAGMA wal_checkpoint(TRUNCATE);" + in_wal);
    return copy(path);
}

SecretBytes bytes_of(std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return SecretBytes(std::vector<std::byte>(begin, begin + text.size()));
}

Snapshot snapshot_of(const DatabaseFiles& files) {
    return {StoreStatus::ok, bytes_of(files.database), bytes_of(files.journal), bytes_of(files.wal)};
}

void no_pause(std::chrono::milliseconds) {}

TemporaryFolder::TemporaryFolder() {
    static std::atomic<int> number = 0;
    std::random_device device;
    path_ = std::filesystem::temp_directory_path() /
            ("wardwatch-test-" + std::to_string(device()) + "-" + std::to_string(++number));
    std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryFolder::write(const std::filesystem::path& relative, std::string_view bytes) const {
    const std::filesystem::path path = path_ / relative;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

const char* const logins_table =
    "CREATE TABLE logins (origin_url VARCHAR NOT NULL, action_url VARCHAR, username_element VARCHAR, "
    "username_value VARCHAR, password_element VARCHAR, password_value BLOB, signon_realm VARCHAR NOT NULL, "
    "date_created INTEGER NOT NULL, blacklisted_by_user INTEGER NOT NULL, federation_url VARCHAR, "
    "id INTEGER PRIMARY KEY AUTOINCREMENT, date_last_used INTEGER NOT NULL DEFAULT 0, "
    "date_password_modified INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX logins_signon ON logins (signon_realm);";

std::string login(const std::string& origin, const std::string& username, int blacklisted,
                  const std::string& federation, const std::string& created, const std::string& modified) {
    return "INSERT INTO logins (origin_url, username_value, password_value, signon_realm, blacklisted_by_user, "
           "federation_url, date_created, date_password_modified) VALUES ('" +
           origin + "','" + username + "','TESTPW-secret','" + origin + "'," + std::to_string(blacklisted) + ",'" +
           federation + "'," + created + "," + modified + ");";
}

}  // namespace wardwatch::test
