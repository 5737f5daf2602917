#include "collectors/credential_stores/chromium_store.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/collectors/fakes.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

const std::filesystem::path folder = "/home/Default";
const std::vector<std::string> official = {"*.hanoi.gov.vn", "dichvucong.gov.vn"};

ChromiumStore read(const FakeFiles& files) {
    return read_chromium_store(files, "/home", folder, OfficialHosts(official), 100u << 20, no_pause);
}

FakeFiles with_logins(const std::string& sql) {
    FakeFiles files;
    files.files[folder / "Login Data"].bytes = make_database(logins_table + sql);
    return files;
}

// 2026-11-22 00:00:00 UTC in microseconds since 1601, plus seconds.
std::string webkit(int seconds) { return std::to_string((1795305600LL + seconds + 11644473600LL) * 1000000); }

Instant instant(int seconds) { return Instant(std::chrono::seconds(1795305600LL + seconds)); }

}  // namespace

TEST_CASE("saved, federated and never saved are told apart") {
    const ChromiumStore store =
        read(with_logins(login("https://a.example", "an") + login("https://b.example", "") +
                         login("https://c.example", "an", 0, "https://google.com") + login("https://d.example", "", 1) +
                         login("https://e.example", "", 1) + login("https://f.example", "an", 1, "https://google.com") +
                         "UPDATE logins SET federation_url = NULL WHERE origin_url LIKE '%a.ex%'"));
    CHECK(store.profile.status == StoreStatus::ok);
    CHECK(store.profile.saved == 2);
    CHECK(store.profile.federated == 1);
    CHECK(store.profile.never_saved == 3);
    CHECK(store.account.status == StoreStatus::absent);
    CHECK(store.official == 0);
}

TEST_CASE("the newest change is the newest date of a saved entry") {
    const ChromiumStore store = read(with_logins(login("https://a.example", "1", 0, "", webkit(5), webkit(70)) +
                                                 login("https://a.example", "2", 0, "", webkit(60)) +
                                                 login("https://a.example", "3", 1, "", webkit(900)) +
                                                 login("https://a.example", "4", 0, "https://g.example", webkit(901))));
    CHECK(store.profile.newest_change == instant(70));
}

TEST_CASE("what is no date is no change") {
    for (const char* date : {"0", "-5", "'text'", "''", "x'00'", "1.5", "9223372036854775807", "1"}) {
        CAPTURE(date);
        const ChromiumStore store = read(with_logins(login("https://a.example", "1", 0, "", date, date)));
        CHECK(store.profile.status == StoreStatus::ok);
        CHECK(store.profile.saved == 1);
        CHECK_FALSE(store.profile.newest_change.has_value());
    }
}

TEST_CASE("official entries count once over both stores") {
    FakeFiles files =
        with_logins(login("https://egov.hanoi.gov.vn/", "an") + login("https://egov.hanoi.gov.vn/", "binh") +
                    login("https://evil.com/?hanoi.gov.vn", "an") + login("https://dichvucong.gov.vn/", "", 1) +
                    login("android://hash@vn.gov.hanoi/", "an"));
    files.files[folder / "Login Data For Account"].bytes = make_database(
        logins_table + login("https://egov.hanoi.gov.vn/", "an") + login("https://dichvucong.gov.vn/", "an"));
    const ChromiumStore store = read(files);
    CHECK(store.profile.saved == 4);
    CHECK(store.account.saved == 2);
    CHECK(store.official == 3);
}

TEST_CASE("the user name is part of the identity, not glued to the host") {
    const ChromiumStore store = read(
        with_logins(login("https://hanoi.gov.vn/", "ab") + "UPDATE logins SET signon_realm='https://hanoi.gov.vn/a';" +
                    login("https://hanoi.gov.vn/a", "b") + "UPDATE logins SET username_value='b' WHERE id=1;" +
                    "UPDATE logins SET signon_realm='https://hanoi.gov.vn/', username_value='ab' WHERE id=1"));
    CHECK(store.official == 2);
}

TEST_CASE("the schema of before 2014") {
    FakeFiles files;
    files.files[folder / "Login Data"].bytes = make_database(
        "CREATE TABLE logins (origin_url VARCHAR NOT NULL, action_url VARCHAR, username_element VARCHAR, "
        "username_value "
        "VARCHAR, password_element VARCHAR, password_value BLOB, submit_element VARCHAR, signon_realm VARCHAR NOT "
        "NULL, "
        "ssl_valid INTEGER NOT NULL, preferred INTEGER NOT NULL, date_created INTEGER NOT NULL, blacklisted_by_user "
        "INTEGER NOT NULL, scheme INTEGER NOT NULL);"
        "INSERT INTO logins VALUES ('https://hanoi.gov.vn','','','an','',x'00','','https://hanoi.gov.vn',1,1," +
        webkit(3) + ",0,0), ('https://b','','','','','','','https://b',1,1,0,1,0)");
    const ChromiumStore store = read(files);
    CHECK(store.profile.status == StoreStatus::ok);
    CHECK(store.profile.saved == 1);
    CHECK(store.profile.federated == 0);
    CHECK(store.profile.never_saved == 1);
    CHECK(store.profile.newest_change == instant(3));
    CHECK(store.official == 1);
}

TEST_CASE("the schemas 1 to 8 keep seconds since 1970") {
    const ChromiumStore store =
        read(with_logins(login("https://egov.hanoi.gov.vn", "an", 0, "", "1402955745") +
                         login("https://a.example", "an", 0, "", "1402950000") +
                         login("https://b.example", "an", 0, "", "1000000000") +  // before there was a Chrome
                         login("https://c.example", "an", 0, "", "253402300800")));
    CHECK(store.profile.newest_change == Instant(std::chrono::seconds(1'402'955'745)));
    CHECK(store.official_age.oldest_change == Instant(std::chrono::seconds(1'402'955'745)));
}

TEST_CASE("a table that lacks what every version has is not counted") {
    FakeFiles files;
    files.files[folder / "Login Data"].bytes = make_database(
        "CREATE TABLE logins (origin_url, signon_realm, username_value); INSERT INTO logins VALUES (1,2,3)");
    CHECK(read(files).profile.status == StoreStatus::corrupt);
}

TEST_CASE("1,500 logins, and deleted ones that are gone") {
    std::string sql;
    for (int i = 0; i < 1600; ++i) sql += login("https://h" + std::to_string(i) + ".hanoi.gov.vn", "u");
    const ChromiumStore store = read(with_logins("BEGIN;" + sql + "DELETE FROM logins WHERE id > 1500; COMMIT"));
    CHECK(store.profile.saved == 1500);
    CHECK(store.official == 1500);
}

TEST_CASE("one store's damage leaves the other's count") {
    FakeFiles files = with_logins(login("https://hanoi.gov.vn", "an"));
    files.files[folder / "Login Data For Account"].bytes = "rubbish";
    const ChromiumStore store = read(files);
    CHECK(store.profile.status == StoreStatus::ok);
    CHECK(store.profile.saved == 1);
    CHECK(store.account.status == StoreStatus::not_a_database);
}

TEST_CASE("a store in the middle of a transaction counts what was committed") {
    const auto hot =
        make_hot_journal(logins_table + login("https://a.example", "1") + login("https://b.example", "1") +
                             "UPDATE logins SET action_url = hex(randomblob(9000));",
                         "DELETE FROM logins WHERE id = 1; UPDATE logins SET action_url = hex(randomblob(9000));");
    FakeFiles files;
    files.files[folder / "Login Data"].bytes = hot.database;
    files.files[folder / "Login Data-journal"].bytes = hot.journal;
    const ChromiumStore store = read(files);
    CHECK(store.profile.status == StoreStatus::recovered);
    CHECK(store.profile.saved == 2);
}

TEST_CASE("the oldest of the passwords saved for official hosts") {
    const auto entry = [](const char* origin, const char* user, int created, int modified) {
        return login(origin, user, 0, "", webkit(created), modified == 0 ? "0" : webkit(modified));
    };
    FakeFiles files = with_logins(
        entry("https://egov.hanoi.gov.vn", "an", -900, -100) + entry("https://egov.hanoi.gov.vn", "binh", -500, 0) +
        entry("https://old.example", "an", -9000, 0) + login("https://x.hanoi.gov.vn", "", 1, "", webkit(-9999)));
    CHECK(read(files).official_age.oldest_change == std::optional(instant(-500)));

    // The same login in both stores is one password: the later change counts.
    files.files[folder / "Login Data For Account"].bytes =
        make_database(logins_table + entry("https://egov.hanoi.gov.vn", "binh", -50, 0));
    const ChromiumStore store = read(files);
    CHECK(store.official == 2);
    CHECK(store.official_age.oldest_change == std::optional(instant(-100)));
    CHECK_FALSE(store.official_age.undated);
}

TEST_CASE("an official entry without a date leaves the oldest open") {
    const ChromiumStore store = read(
        with_logins(login("https://hanoi.gov.vn", "an", 0, "", webkit(1)) + login("https://hanoi.gov.vn", "binh")));
    CHECK(store.official_age.undated);
    CHECK_FALSE(read(with_logins("")).official_age.undated);
}
