#include "collectors/credential_stores/firefox_store.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/collectors/fakes.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

const std::filesystem::path folder = "/home/profile";
const std::vector<std::string> official = {"*.hanoi.gov.vn", "ngânhàng.vn"};

FirefoxStore read(const FakeFiles& files, const Pause& pause = no_pause) {
    return read_firefox_store(files, "/home", folder, OfficialHosts(official), 100u << 20, pause);
}

std::string entry(const std::string& host, const std::string& more = "") {
    return R"({"id":1,"hostname":")" + host +
           R"(","encryptedPassword":"TESTPW","timeCreated":1000,"timePasswordChanged":1000)" + more + "}";
}

std::string json(const std::string& entries) { return R"({"nextId":3,"logins":[)" + entries + R"(],"version":3})"; }

std::optional<FirefoxLogins> count(const std::string& text) {
    return count_firefox_logins(text, OfficialHosts(official));
}

}  // namespace

TEST_CASE("entries of logins.json") {
    const auto logins =
        count(json(entry("https://a.hanoi.gov.vn") + "," + entry("moz-proxy://hanoi.gov.vn:3128") + "," +
                   entry("moz-extension://1-2-3") + "," + entry("android://HASH@com.zing.zalo") + "," +
                   entry("https://xn--ngnhng-ltan.vn") + "," + entry("chrome://FirefoxAccounts") +
                   R"(,{"guid":"{1}","deleted":true})" + "," + entry("https://gone.example", R"(,"deleted":true)") +
                   "," + entry("https://kept.example", R"(,"deleted":false)")));
    REQUIRE(logins.has_value());
    CHECK(logins->saved == 6);
    CHECK(logins->official == 2);
    CHECK(logins->newest_change == Instant(std::chrono::seconds(1)));
}

TEST_CASE("the newest of creation and change, and no tombstone's") {
    const auto logins = count(
        json(R"({"hostname":"https://a","timeCreated":5000,"timePasswordChanged":9000.5},)"
             R"({"hostname":"https://b","timeCreated":"99999","timePasswordChanged":-4},)"
             R"({"hostname":"https://c","timeCreated":1e300,"timeLastUsed":888888888,"x":{"timeCreated":77777777}},)"
             R"({"deleted":true,"timeCreated":100000000})"));
    REQUIRE(logins.has_value());
    CHECK(logins->saved == 3);
    CHECK(logins->newest_change == Instant(std::chrono::seconds(9)));
}

TEST_CASE("only the list at the top counts") {
    const auto logins = count(R"({"other":[{"hostname":"https://a"}],"x":{"logins":[{"hostname":"https://b"}]},)"
                              R"("logins":[{"hostname":"https://c","nested":[{"hostname":"https://d"}]}]})");
    REQUIRE(logins.has_value());
    CHECK(logins->saved == 1);
    CHECK(count("{}")->saved == 0);
    CHECK(count(R"({"logins":[]})")->saved == 0);
    CHECK_FALSE(count("{}")->newest_change.has_value());
}

TEST_CASE("what Firefox did not write is not counted") {
    for (const std::string text :
         {"", "[]", "1", "null", R"({"logins":{"0":{}}})", R"({"logins":[)",
          R"({"logins":[{"hostname":"https://a"}]} x)", R"({"logins":[{"hostname":"https://a})", "\xff\xfe{}",
          R"({"logins":[{"hostname":"\ud800"}]})"}) {
        CAPTURE(text);
        CHECK_FALSE(count(text).has_value());
    }
    CHECK_FALSE(count(R"({"a":)" + std::string(100000, '[')).has_value());
    CHECK_FALSE(count(R"({"a":)" + std::string(20, '[') + std::string(20, ']') + "}").has_value());
}

TEST_CASE("neither file means that nothing is saved") {
    const FirefoxStore store = read(FakeFiles());
    CHECK(store.status == StoreStatus::ok);
    CHECK(store.logins.saved == 0);
    CHECK(store.never_status == StoreStatus::absent);
    CHECK(store.primary_password.status == StoreStatus::absent);
}

TEST_CASE("the moment of a rename is waited for") {
    FakeFiles files;
    files.files[folder / "logins-backup.json"].bytes = json(entry("https://old.example"));
    std::vector<std::chrono::milliseconds> pauses;
    const FirefoxStore store = read(files, [&](std::chrono::milliseconds time) {
        pauses.push_back(time);
        files.files[folder / "logins.json"].bytes = json(entry("https://a") + "," + entry("https://b"));
    });
    CHECK(store.status == StoreStatus::ok);
    CHECK(store.logins.saved == 2);
    CHECK(pauses.size() == 1);
}

TEST_CASE("the backup stands in for a missing or damaged file, and is told") {
    FakeFiles files;
    files.files[folder / "logins-backup.json"].bytes = json(entry("https://a") + "," + entry("https://b"));
    std::chrono::milliseconds waited{0};
    SECTION("missing") {}
    SECTION("damaged") { files.files[folder / "logins.json"].bytes = R"({"logins":[{"host)"; }
    SECTION("empty") { files.files[folder / "logins.json"].bytes = ""; }
    const FirefoxStore store = read(files, [&](std::chrono::milliseconds time) { waited += time; });
    CHECK(store.status == StoreStatus::backup_used);
    CHECK(store.logins.saved == 2);
    CHECK(waited == std::chrono::milliseconds(50));
}

TEST_CASE("a file that cannot be read is not replaced by its older backup") {
    FakeFiles files;
    files.files[folder / "logins-backup.json"].bytes = json(entry("https://a"));
    files.files[folder / "logins.json"].status = ReadStatus::access_denied;
    CHECK(read(files).status == StoreStatus::access_denied);
    files.files[folder / "logins.json"].status = ReadStatus::busy;
    CHECK(read(files).status == StoreStatus::busy);
    files.files[folder / "logins.json"].status = ReadStatus::too_large;
    CHECK(read(files).status == StoreStatus::too_large);
}

TEST_CASE("damage without a good backup is damage") {
    FakeFiles files;
    files.files[folder / "logins.json"].bytes = "{";
    CHECK(read(files).status == StoreStatus::corrupt);
    files.files[folder / "logins-backup.json"].bytes = "{";
    CHECK(read(files).status == StoreStatus::corrupt);
    files.files.erase(folder / "logins.json");
    CHECK(read(files).status == StoreStatus::corrupt);
    files.files[folder / "logins.json"].bytes = "";
    files.files.erase(folder / "logins-backup.json");
    CHECK(read(files).status == StoreStatus::empty_file);
}

TEST_CASE("sites that never save are in permissions.sqlite, also while it is in a WAL") {
    const std::string table =
        "CREATE TABLE moz_perms (id INTEGER PRIMARY KEY, origin TEXT, type TEXT, permission INTEGER);"
        "INSERT INTO moz_perms (origin, type, permission) VALUES ('https://a', 'login-saving', 2),"
        "('https://b', 'login-saving', 1), ('https://c', 'cookie', 2);";
    const auto made =
        make_wal(table, "INSERT INTO moz_perms (origin, type, permission) VALUES ('https://d', 'login-saving', 2)");
    FakeFiles files;
    files.files[folder / "permissions.sqlite"].bytes = made.database;
    CHECK(read(files).never_saved == 1);
    files.files[folder / "permissions.sqlite-wal"].bytes = made.wal;
    CHECK(read(files).never_saved == 2);
    CHECK(read(files).never_status == StoreStatus::ok);
    files.files[folder / "permissions.sqlite"].bytes = "rubbish";
    CHECK(read(files).never_status == StoreStatus::not_a_database);
}

TEST_CASE("the primary password shows in the iteration count") {
    const auto key4 = [](const std::string& count) {
        // SEQUENCE { SEQUENCE { PBES2, SEQUENCE { SEQUENCE { PBKDF2, SEQUENCE { salt, count, 32 } } } }, octets }
        return make_database(
            "CREATE TABLE metaData (id PRIMARY KEY UNIQUE ON CONFLICT REPLACE, item1, item2);"
            "INSERT INTO metaData VALUES ('sig_key_1', x'30', x'30'), ('password', x'00', x'" +
            count + "')");
    };
    const std::string one =
        "302a3024"
        "06092a864886f70d01050d"
        "3017"
        "3015"
        "06092a864886f70d01050c"
        "3008"
        "04020102"
        "020101"
        "0500"
        "04020000";
    const std::string ten_thousand =
        "302b3025"
        "06092a864886f70d01050d"
        "3018"
        "3016"
        "06092a864886f70d01050c"
        "3009"
        "04020102"
        "02022710"
        "0500"
        "04020000";
    const std::string other =
        "302a3024"
        "06092a864886f70d01050d"
        "3017"
        "3015"
        "06092a864886f70d01050c"
        "3008"
        "04020102"
        "020102"
        "0500"
        "04020000";
    const std::string other_algorithm =
        "302a3024"
        "06092a864886f70d010c05"
        "3017"
        "3015"
        "06092a864886f70d01050c"
        "3008"
        "04020102"
        "020101"
        "0500"
        "04020000";
    FakeFiles files;
    const auto primary_password = [&](const std::string& der) {
        files.files[folder / "key4.db"].bytes = key4(der);
        return read(files).primary_password;
    };
    CHECK(primary_password(one).set == false);
    CHECK(primary_password(ten_thousand).set == true);
    for (const std::string& der :
         {other, other_algorithm, std::string("30"), std::string("3084ffffffff"), std::string("")}) {
        const PrimaryPassword password = primary_password(der);
        CHECK(password.status == StoreStatus::ok);
        CHECK_FALSE(password.set.has_value());
    }
    files.files[folder / "key4.db"].bytes = "rubbish";
    CHECK(read(files).primary_password.status == StoreStatus::not_a_database);
}

TEST_CASE("cut DER never reads beyond its end") {
    const std::string_view whole(
        "\x30\x2a\x30\x24\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d\x30\x17\x30\x15\x06\x09\x2a\x86\x48\x86\xf7"
        "\x0d\x01\x05\x0c\x30\x08\x04\x02\x01\x02\x02\x01\x01\x05\x00\x04\x02\x00\x00",
        45);
    for (std::size_t length = 0; length < whole.size() - 2; ++length) {
        const std::string cut(whole.substr(0, length));
        CHECK_FALSE(pbkdf2_iterations(cut).has_value());
    }
}
