// Backup and restore, the copy before a migration, and the CA that is renewed.
#include "reporting/central/operation/backup.h"
#include "reporting/central/sql/schema.h"
#include "reporting/central/units/store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>

#include <fstream>

#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/data_folder/shared_authority.h"
#include "reporting/central/operation/encrypted_file.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/system/program.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
namespace fs = std::filesystem;

namespace {

struct KeptCentre {
    TemporaryFolder folder;
    DataFolder data{folder.path() / "data"};
    fs::path backup = folder.path() / "backup.tar";

    KeptCentre() {
        data.make();
        data.prepare(start);
        sql::Database database{data.database()};
        Units{database}.add("Phường Bến Thành", std::nullopt, by_test);
        data.server_certificate({"localhost"}, start);
    }
    BackupContents make() const { return make_backup(data, "", backup, "0.1.0", start); }
    std::string mistake(const DataFolder& into, bool replace) const {
        try {
            restore_backup(into, backup, replace, start);
        } catch (const std::exception& error) {
            return error.what();
        }
        return "";
    }
};

std::vector<std::string> unit_names(const DataFolder& folder) {
    const sql::Database database{folder.database()};
    std::vector<std::string> names;
    for (const Unit& unit : Units{database}.all()) names.push_back(unit.name);
    return names;
}

mode_t mode_of(const fs::path& file) {
    struct stat what {};
    REQUIRE(stat(file.c_str(), &what) == 0);
    return what.st_mode & 0777;
}

void change_byte(const fs::path& file, std::size_t at) {
    std::fstream change{file, std::ios::binary | std::ios::in | std::ios::out};
    change.seekg(static_cast<std::streamoff>(at));
    const char before = static_cast<char>(change.get());
    change.seekp(static_cast<std::streamoff>(at));
    change.put(static_cast<char>(before ^ 1));
}

}  // namespace

TEST_CASE("a backup of a centre in use restores into an empty folder", "[operation][sqlite]") {
    KeptCentre kept;
    sql::Database open{kept.data.database()};  // as a running centre has it
    const ServeLock served{kept.data.path()};
    Units{open}.add("Phường Tân Định", std::nullopt, by_test);
    const BackupContents made = kept.make();
    CHECK(made.files.size() == 8);
    CHECK_FALSE(made.encrypted);
    CHECK(made.needs_sealing_key.empty());
    CHECK(mode_of(kept.backup) == 0600);
    Units{open}.add("Sau sao lưu", std::nullopt, by_test);

    const DataFolder other{kept.folder.path() / "other"};
    CHECK_FALSE(restore_backup(other, kept.backup, false, start).aside);
    CHECK(unit_names(other) == std::vector<std::string>{"Phường Bến Thành", "Phường Tân Định"});
    CHECK(other.authority_certificate() == kept.data.authority_certificate());
    CHECK(mode_of(other.path()) == 0700);
    for (const char* file : {"central.db", "ca.key"}) CHECK(mode_of(other.path() / file) == 0600);
    for (const fs::directory_entry& entry : fs::directory_iterator{other.path()})
        CHECK_FALSE(entry.path().filename().string().starts_with("scratch"));
}

TEST_CASE("a restore overwrites nothing by itself, and nothing that is served", "[operation][sqlite]") {
    KeptCentre kept;
    kept.make();
    CHECK(kept.mistake(kept.data, false).find("--replace") != std::string::npos);
    {
        const ServeLock served{kept.data.path()};
        CHECK(kept.mistake(kept.data, true).find("stop it first") != std::string::npos);
    }
    {
        sql::Database database{kept.data.database()};
        Units{database}.add("Sau sao lưu", std::nullopt, by_test);
    }
    const auto aside = restore_backup(kept.data, kept.backup, true, start).aside;
    REQUIRE(aside);
    CHECK(unit_names(kept.data) == std::vector<std::string>{"Phường Bến Thành"});
    CHECK(unit_names(DataFolder{*aside}) == std::vector<std::string>{"Phường Bến Thành", "Sau sao lưu"});
    CHECK_THROWS_AS(kept.make(), BackupError);  // the name is taken
}

TEST_CASE("a backup that is damaged, cut short or something else is refused and changes nothing", "[operation]") {
    KeptCentre kept;
    const BackupContents made = kept.make();
    const DataFolder other{kept.folder.path() / "other"};
    SECTION("one byte") {
        change_byte(kept.backup, 4096 + 700);
        CHECK(kept.mistake(other, false).find("nothing was changed") != std::string::npos);
    }
    SECTION("cut") {
        fs::resize_file(kept.backup, made.bytes / 2);
        CHECK(kept.mistake(other, false).find("nothing was changed") != std::string::npos);
    }
    SECTION("no tar") {
        std::ofstream{kept.backup} << "no backup";
        CHECK(kept.mistake(other, false).find("nothing was changed") != std::string::npos);
    }
    CHECK_FALSE(fs::exists(other.database()));
    CHECK_FALSE(fs::exists(other.path() / "ca.key"));
}

TEST_CASE("a server's database is backed up beside running centres, and restored whole or not at all", "[operation]") {
    const TemporaryFolder folder;
    const sql::Source source = stored(folder.path() / "central.db");
    if (!source.is_server()) SKIP("needs a server");
    const DataFolder data{folder.path() / "data", source.server()};
    const DataFolder other{folder.path() / "other", source.server()};
    const fs::path file = folder.path() / "backup.tar";
    data.make();
    data.prepare(start);
    const auto names = [&] {
        std::vector<std::string> all;
        for (const Unit& unit : Units{sql::Database{source}}.all()) all.push_back(unit.name);
        return all;
    };
    const auto mistake = [&](const DataFolder& into, const fs::path& from, bool replace) -> std::string {
        try {
            restore_backup(into, from, replace, start);
        } catch (const std::exception& error) {
            return error.what();
        }
        return "";
    };
    std::optional<sql::Database> running{source};
    REQUIRE(running->on_duty());
    Units{*running}.add("Phường Bến Thành", std::nullopt, by_test);
    const BackupContents made = make_backup(data, "", file, "0.1.0", start);
    CHECK(made.of_a_server);
    CHECK(made.files == std::vector<std::string>{"ca.crt", "ca.key", "central.pgdump", "hardware.key", "sealing.key"});
    CHECK(made.schema == sql::known_schema());
    CHECK(mode_of(file) == 0600);
    CHECK(verify_backup(file).schema == made.schema);
    Units{*running}.add("Sau sao lưu", std::nullopt, by_test);

    CHECK(mistake(data, file, true).find("stop all of them first") != std::string::npos);
    running.reset();
    CHECK(mistake(data, file, false).find("--replace") != std::string::npos);
    CHECK(mistake(other, file, false).find("holds a centre already") != std::string::npos);
    const KeptCentre of_a_file;
    of_a_file.make();
    CHECK(mistake(data, of_a_file.backup, true).find("migrate-store") != std::string::npos);
    CHECK(mistake(of_a_file.data, file, true).find("write \"database\" first") != std::string::npos);
    CHECK(names() == std::vector<std::string>{"Phường Bến Thành", "Sau sao lưu"});

    const Restored restored = restore_backup(other, file, true, start);
    CHECK_FALSE(restored.aside);
    CHECK(names() == std::vector<std::string>{"Phường Bến Thành"});
    CHECK(other.authority_certificate() == data.authority_certificate());
    sql::Database database{source};
    REQUIRE(restored.schema.starts_with("before_restore_"));
    CHECK(database.reader().number("SELECT count(*) FROM " + restored.schema + ".units") == 2);
    // What is not rows came, too: numbers go on, functions are there.
    CHECK(Units{database}.add("Phường Tân Định", std::nullopt, by_test) > 1);
    CHECK(database.reader().any("SELECT 1 WHERE office_day(0) = '1970-01-01'"));

    change_byte(file, made.bytes / 2);
    CHECK(mistake(other, file, true).find("nothing was changed") != std::string::npos);
    CHECK(names() == std::vector<std::string>{"Phường Bến Thành", "Phường Tân Định"});
}

TEST_CASE("before a schema is brought up to date, the database is kept as it was", "[operation][sqlite]") {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "central.db";
    {
        SQLite::Database old{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
        old.exec(std::string{sql::schema_steps()[0]});
        old.exec("PRAGMA user_version = 1");
        old.exec("INSERT INTO units VALUES (1, NULL, 'Phường Cũ', 1)");
    }
    { const sql::Database database{file}; }
    const fs::path kept = file.string() + ".before-schema-2";
    REQUIRE(fs::exists(kept));
    CHECK(mode_of(kept) == 0600);
    const SQLite::Database before{kept};
    CHECK(const_cast<SQLite::Database&>(before).execAndGet("PRAGMA user_version").getInt() == 1);
    CHECK(const_cast<SQLite::Database&>(before).execAndGet("SELECT name FROM units").getString() == "Phường Cũ");
}

TEST_CASE("a CA that comes to its end is renewed with its key, so that nobody is lost", "[operation]") {
    const TemporaryFolder folder;
    const DataFolder data{folder.path()};
    data.prepare(start);
    const std::string old = data.authority_certificate();
    const std::string key = make_private_key();
    const std::string pc =
        data.authority().sign_device(make_signing_request(key, "pc"), "pc", start, std::chrono::days{365});
    CHECK_FALSE(data.renew_authority(start + std::chrono::days{2900}));
    CHECK(data.authority_certificate() == old);
    const Instant late = start + std::chrono::days{2930};
    CHECK(data.renew_authority(late));
    CHECK_FALSE(data.renew_authority(late));
    const std::string renewed = data.authority_certificate();
    CHECK(inspect_certificate(renewed).not_after > inspect_certificate(old).not_after + std::chrono::days{2900});
    CHECK(inspect_certificate(renewed).public_key_sha256 == inspect_certificate(old).public_key_sha256);
    CHECK(inspect_certificate(renewed).common_name == inspect_certificate(old).common_name);
    CHECK(is_issued_by(pc, renewed));
    const KeyAndCertificate server = data.server_certificate({"localhost"}, late);
    CHECK(is_issued_by(server.certificate_pem, old));
    CHECK(is_issued_by(server.certificate_pem, renewed));
}

namespace {

/// A pair that age made: the file with the private key, and the public one.
struct KeyPair {
    fs::path identity;
    std::string recipient;

    explicit KeyPair(const fs::path& file) : identity(file) {
        const fs::path shown = file.string() + ".pub";
        run_program({.file = find_program("age-keygen"), .arguments = {"-o", identity.string()}});
        run_program({.file = find_program("age-keygen"), .arguments = {"-y", identity.string()}, .output = shown});
        std::ifstream{shown} >> recipient;
    }
};

std::string verify_problem(const fs::path& file, const fs::path& identity) {
    try {
        verify_backup(file, identity);
    } catch (const BackupError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("an encrypted backup opens for each of its recipients and for nobody else", "[operation][sqlite]") {
    const KeptCentre kept;
    const KeyPair first{kept.folder.path() / "first.key"};
    const KeyPair second{kept.folder.path() / "second.key"};
    const KeyPair stranger{kept.folder.path() / "stranger.key"};
    const BackupContents made =
        make_backup(kept.data, "", kept.backup, "0.1.0", start, {first.recipient, second.recipient});
    CHECK(made.encrypted);
    CHECK(made.bytes == fs::file_size(kept.backup));
    CHECK(mode_of(kept.backup) == 0600);
    CHECK(is_encrypted(kept.backup));
    for (const KeyPair* pair : {&first, &second}) {
        const BackupContents found = verify_backup(kept.backup, pair->identity);
        CHECK(found.encrypted);
        CHECK(found.files == made.files);
    }
    CHECK(verify_problem(kept.backup, {}).find("--identity") != std::string::npos);
    CHECK(verify_problem(kept.backup, stranger.identity).find("no identity matched") != std::string::npos);
    CHECK(kept.mistake(kept.data, true).find("--identity") != std::string::npos);

    const DataFolder other{kept.folder.path() / "other"};
    restore_backup(other, kept.backup, false, start, second.identity);
    CHECK(unit_names(other) == unit_names(kept.data));
    CHECK_NOTHROW(other.authority().sign_successor(start, std::chrono::days{3653}));
    for (const fs::directory_entry& entry : fs::directory_iterator{other.path()})
        CHECK_FALSE(entry.path().filename().string().starts_with("scratch"));

    change_byte(kept.backup, fs::file_size(kept.backup) / 2);
    CHECK_FALSE(verify_problem(kept.backup, first.identity).empty());
}

TEST_CASE("a backup for somebody whose key is none is not made", "[operation][sqlite]") {
    const KeptCentre kept;
    CHECK_THROWS_AS(make_backup(kept.data, "", kept.backup, "0.1.0", start, {"age1wrong"}), BackupError);
    for (const fs::directory_entry& entry : fs::directory_iterator{kept.folder.path()})
        CHECK(entry.path().filename().string().find("backup") == std::string::npos);
}

TEST_CASE("a backup says which sealing key it lacks where the system keeps it", "[operation][sqlite]") {
    const KeptCentre kept;
    const Sealing sealing = kept.data.sealing();
    {
        sql::Database database{kept.data.database()};
        shared_sealing(kept.data, database);
    }
    fs::remove(kept.data.path() / "sealing.key");
    const BackupContents made = kept.make();
    CHECK(made.needs_sealing_key == sealing.fingerprint());
    CHECK(verify_backup(kept.backup).needs_sealing_key == sealing.fingerprint());
    const DataFolder other{kept.folder.path() / "other"};
    CHECK(restore_backup(other, kept.backup, false, start).needs_sealing_key == sealing.fingerprint());
    CHECK_THROWS_AS(other.prepare(start), DataFolderError);
}
