// The stores of Firefox's other versions: what counts, and what makes the count unknown.
#include "collectors/credential_stores/firefox_other_stores.h"

#include <catch2/catch_test_macros.hpp>

#include "collectors/credential_stores/firefox_store.h"
#include "tests/collectors/fakes.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

const std::filesystem::path folder = "/home/profile";

FirefoxStore read(const FakeFiles& files) {
    const std::vector<std::string> official = {"*.hanoi.gov.vn"};
    return read_firefox_store(files, "/home", folder, OfficialHosts(official), 100u << 20, no_pause);
}

FakeFiles with(const std::string& name, const std::string& bytes) {
    FakeFiles files;
    files.files[folder / name].bytes = bytes;
    return files;
}

const std::string signons_tables =
    "CREATE TABLE moz_logins (id INTEGER PRIMARY KEY, hostname TEXT NOT NULL, httpRealm TEXT, formSubmitURL TEXT, "
    "usernameField TEXT NOT NULL, passwordField TEXT NOT NULL, encryptedUsername TEXT NOT NULL, encryptedPassword TEXT "
    "NOT NULL, guid TEXT, encType INTEGER, timeCreated INTEGER, timeLastUsed INTEGER, timePasswordChanged INTEGER, "
    "timesUsed INTEGER);"
    "CREATE TABLE moz_disabledHosts (id INTEGER PRIMARY KEY, hostname TEXT UNIQUE ON CONFLICT REPLACE);";

std::string signon(const std::string& host, const std::string& created, const std::string& changed) {
    return "INSERT INTO moz_logins VALUES (NULL,'" + host + "',NULL,'','','','TESTPW','TESTPW','',1," + created +
           ",0," + changed + ",1);";
}

// As Firefox 153 makes it, with the columns that matter.
const std::string newer_tables =
    "CREATE TABLE loginsL (id INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL, timeCreated INTEGER NOT NULL, "
    "timePasswordChanged INTEGER NOT NULL, secFields TEXT, guid TEXT NOT NULL UNIQUE, is_deleted TINYINT NOT NULL "
    "DEFAULT 0);"
    "CREATE TABLE loginsM (id INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL, timeCreated INTEGER NOT NULL, "
    "timePasswordChanged INTEGER NOT NULL, secFields TEXT, guid TEXT NOT NULL UNIQUE, is_overridden TINYINT NOT NULL "
    "DEFAULT 0);";

std::string newer(const std::string& table, const std::string& changed, int gone = 0) {
    return "INSERT INTO " + table + " VALUES (NULL,'https://a',1000," + changed + ",'TESTPW','" + table + changed +
           "'," + std::to_string(gone) + ");";
}

std::string json(const std::string& changed) {
    return R"({"logins":[{"hostname":"https://a","timePasswordChanged":)" + changed + "}]}";
}

const Reason not_read =
    in_words("Firefox's newer store logins.db holds passwords that logins.json does not, and it is not read");

}  // namespace

TEST_CASE("signons.sqlite counts where there is no logins.json") {
    FakeFiles files =
        with("signons.sqlite", make_database(signons_tables + signon("https://egov.hanoi.gov.vn", "5000", "9000") +
                                             signon("https://a.example", "7000", "NULL") +
                                             signon("chrome://FirefoxAccounts", "99000", "99000") +
                                             "INSERT INTO moz_disabledHosts (hostname) VALUES ('https://no.example')"));
    const FirefoxStore store = read(files);
    CHECK(store.status == StoreStatus::ok);
    CHECK_FALSE(store.unread);
    CHECK(store.logins.saved == 2);
    CHECK(store.logins.official == 1);
    CHECK(store.logins.newest_change == Instant(std::chrono::seconds(9)));
    CHECK(store.never_status == StoreStatus::ok);
    CHECK(store.never_saved == 1);

    files.files[folder / "logins.json"].bytes = R"({"logins":[]})";
    CHECK(read(files).logins.saved == 0);
    CHECK(read(files).never_saved == 0);
    CHECK_FALSE(read(files).unread);
}

TEST_CASE("signons.sqlite of before times were kept, in a WAL, and broken") {
    const std::string old = "CREATE TABLE moz_logins (id INTEGER PRIMARY KEY, hostname TEXT);";
    const auto made = make_wal(old + "INSERT INTO moz_logins VALUES (1,'https://a');",
                               "INSERT INTO moz_logins VALUES (2,'https://b');");
    FakeFiles files = with("signons.sqlite", made.database);
    files.files[folder / "signons.sqlite-wal"].bytes = made.wal;
    CHECK(read(files).status == StoreStatus::recovered);
    CHECK(read(files).logins.saved == 2);
    CHECK_FALSE(read(files).logins.newest_change);
    CHECK(read(files).never_status == StoreStatus::corrupt);
    CHECK(read(with("signons.sqlite", "rubbish")).status == StoreStatus::not_a_database);
    CHECK(read(with("signons.sqlite", "")).status == StoreStatus::empty_file);
    CHECK(read(with("signons.sqlite", make_database("CREATE TABLE x (y)"))).status == StoreStatus::corrupt);
}

TEST_CASE("the newer store beside a missing or older logins.json makes the count unknown") {
    FakeFiles files = with("logins.db", make_database(newer_tables + newer("loginsL", "5000")));
    CHECK(read(files).unread == not_read);
    files.files[folder / "signons.sqlite"].bytes = make_database(signons_tables);
    CHECK(read(files).unread == not_read);
    files.files[folder / "logins.json"].bytes = R"({"logins":[]})";
    CHECK(read(files).unread == not_read);
    files.files[folder / "logins.json"].bytes = json("4000");
    CHECK(read(files).unread == not_read);
    files.files[folder / "logins.json"].bytes = json("5000");
    CHECK_FALSE(read(files).unread);
    files.files[folder / "logins.db"].bytes = make_database(newer_tables + newer("loginsM", "6000"));
    CHECK(read(files).unread == not_read);
}

TEST_CASE("a newer store that is empty, stale or not needed changes nothing") {
    FakeFiles files =
        with("logins.db", make_database(newer_tables + newer("loginsL", "5000", 1) + newer("loginsM", "5000", 1)));
    CHECK(read(files).status == StoreStatus::ok);
    CHECK_FALSE(read(files).unread);
    files.files[folder / "logins.json"].bytes = json("4000");
    files.files[folder / "logins.db"].bytes = "rubbish";
    CHECK_FALSE(read(files).unread);
    CHECK(read(files).logins.saved == 1);
}

TEST_CASE("a newer store that cannot be read, alone") {
    CHECK(read(with("logins.db", "rubbish")).unread ==
          in_words("Firefox's newer store logins.db cannot be read, and there is no logins.json"));
    CHECK(read(with("logins.db", make_database("CREATE TABLE other (x)"))).unread);
}

TEST_CASE("the stores of Firefox before 3.5, and keys alone") {
    for (const char* name : {"signons.txt", "signons2.txt", "Signons3.TXT"}) {
        CHECK(read(with(name, "#2c")).unread ==
              in_words("Firefox before version 3.5 kept passwords in signons.txt, which is not read"));
    }
    FakeFiles files = with("key3.db", "x");
    CHECK(read(files).unread ==
          in_words(
              "key3.db holds the key of an older Firefox's passwords, and none of its stores that are read is there"));
    // Left behind by an update; today's key store stands beside it.
    files.files[folder / "key4.db"].bytes = "x";
    CHECK_FALSE(read(files).unread);
    files.files.erase(folder / "key4.db");
    files.files[folder / "logins.json"].bytes = json("4000");
    CHECK_FALSE(read(files).unread);
}
