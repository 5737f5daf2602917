// Passwords, sessions and the limit on login attempts.
#include "reporting/central/people/session_store.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "reporting/central/people/password.h"
#include "reporting/tls/pki.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr PasswordCost cheap{1, 64};

/// Databases of one centre: each is a process's own.
struct Stored {
    TemporaryFolder folder;
    sql::Database database() const { return sql::Database{stored(folder.path() / "central.db")}; }
};

}  // namespace

TEST_CASE("passwords are kept as salted argon2id hashes") {
    const std::string hash = hash_password("Mật khẩu 1!", cheap);
    CHECK(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    CHECK(hash_password("Mật khẩu 1!", cheap) != hash);
    CHECK(password_matches(hash, "Mật khẩu 1!"));
    CHECK_FALSE(password_matches(hash, "Mật khẩu 1"));
    CHECK_FALSE(password_matches(hash, ""));
    CHECK_FALSE(password_matches("no hash", "x"));
    CHECK_FALSE(password_matches("", ""));
}

TEST_CASE("random passwords are strong and differ") {
    std::set<std::string> seen;
    for (int i = 0; i < 50; ++i) {
        const std::string password = random_password();
        CHECK(password.size() == 20);
        CHECK(password_weakness(password).code.empty());
        seen.insert(password);
    }
    CHECK(seen.size() == 50);
}

TEST_CASE("weak passwords are named") {
    CHECK(password_weakness("Abcdefgh123!").code.empty());
    CHECK(password_weakness("Abcdefg123!").sentence.find("12 characters") != std::string::npos);
    // Ten characters in more than twelve bytes.
    CHECK(password_weakness("Mậtkhẩu1!x").sentence.find("12 characters") != std::string::npos);
    CHECK(password_weakness("ABCDEFGH123!").sentence.find("lower-case") != std::string::npos);
    CHECK(password_weakness("abcdefgh123!").sentence.find("upper-case") != std::string::npos);
    CHECK(password_weakness("Abcdefghijk!").sentence.find("digit") != std::string::npos);
    CHECK(password_weakness("Abcdefgh1234").sentence.find("special") != std::string::npos);
}

TEST_CASE("comparison in constant time compares") {
    CHECK(equal_in_constant_time("abc", "abc"));
    CHECK(equal_in_constant_time("", ""));
    CHECK_FALSE(equal_in_constant_time("abc", "abd"));
    CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}

TEST_CASE("a session lives while it is used, and twelve hours at most") {
    const Stored place;
    Sessions sessions{place.database()};
    const Sessions::Opened opened = sessions.open("an", "hash", start);
    CHECK(opened.id.size() == 64);
    CHECK(opened.csrf_token != opened.id);
    CHECK(sessions.find(opened.id, start)->user == "an");
    CHECK(sessions.find(opened.id, start)->csrf_token == opened.csrf_token);
    CHECK_FALSE(sessions.find("", start).has_value());
    CHECK_FALSE(sessions.find(std::string(64, 'a'), start).has_value());

    Instant now = start;
    while (now < start + hours{12} - minutes{29}) {
        now += minutes{29};
        REQUIRE(sessions.find(opened.id, now).has_value());
    }
    CHECK_FALSE(sessions.find(opened.id, start + hours{12}).has_value());

    const Sessions::Opened idle = sessions.open("an", "hash", start);
    CHECK_FALSE(sessions.find(idle.id, start + minutes{30}).has_value());
    const Sessions::Opened closed = sessions.open("an", "hash", start);
    sessions.close(closed.id);
    CHECK_FALSE(sessions.find(closed.id, start).has_value());
    const Sessions::Opened before = sessions.open("an", "hash", start);
    const Sessions::Opened after = sessions.open("an", "hash", start, before.id);
    CHECK_FALSE(sessions.find(before.id, start).has_value());
    CHECK(sessions.find(after.id, start).has_value());
}

TEST_CASE("a session holds at every process, and ends at all of them") {
    const Stored place;
    Sessions here{place.database()};
    Sessions there{place.database()};
    const Sessions::Opened opened = here.open("an", "hash", start);
    REQUIRE(there.find(opened.id, start + minutes{1}).has_value());
    CHECK(there.find(opened.id, start + minutes{1})->csrf_token == opened.csrf_token);

    // Used at the one; the other learns of it.
    REQUIRE(here.find(opened.id, start + minutes{29}).has_value());
    here.write_use();
    CHECK(there.find(opened.id, start + minutes{58}).has_value());
    there.write_use();
    // What was written does not go back.
    here.write_use();
    CHECK(here.find(opened.id, start + minutes{87})->began == start);
    there.close(opened.id);
    CHECK_FALSE(here.find(opened.id, start + minutes{87}).has_value());
    here.write_use();
    CHECK_FALSE(here.find(opened.id, start + minutes{87}).has_value());
}

TEST_CASE("sessions that are over are forgotten, and nothing that opens one is kept") {
    const Stored place;
    const sql::Database database = place.database();
    Sessions sessions{database};
    const Sessions::Opened old = sessions.open("an", "hash", start);
    const Sessions::Opened opened = sessions.open("binh", "hash", start + hours{1});
    const sql::Reader reader = database.reader();
    CHECK(reader.number("SELECT count(*) FROM sessions") == 1);
    CHECK(reader.number("SELECT count(*) FROM sessions WHERE id_sha256 = $1", sha256_hex(opened.id)) == 1);
}

TEST_CASE("five wrong passwords close the door for that user and address") {
    const Stored place;
    LoginLimit limit{place.database()};
    for (int i = 0; i < 5; ++i) CHECK(limit.attempt({"an", false, "10.0.0.1", ""}, start + minutes{i}) == seconds{0});
    CHECK(limit.attempt({"an", false, "10.0.0.1", ""}, start + minutes{5}) == minutes{10});
    CHECK(limit.attempt({"binh", false, "10.0.0.1", ""}, start + minutes{5}) == seconds{0});
    CHECK(limit.attempt({"an", false, "10.0.0.2", ""}, start + minutes{5}) == seconds{0});
    CHECK(limit.attempt({"an", false, "10.0.0.1", ""}, start + minutes{15}) == seconds{0});
}

TEST_CASE("a right password starts anew") {
    const Stored place;
    LoginLimit limit{place.database()};
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 4; ++i) CHECK(limit.attempt({"an", false, "10.0.0.1", ""}, start) == seconds{0});
        limit.succeeded({"an", false, "10.0.0.1", ""});
    }
}

TEST_CASE("an address cannot try many names") {
    const Stored place;
    LoginLimit limit{place.database()};
    for (int i = 0; i < 30; ++i)
        CHECK(limit.attempt({"user" + std::to_string(i), false, "10.0.0.1", ""}, start) == seconds{0});
    CHECK(limit.attempt({"another", false, "10.0.0.1", ""}, start) == minutes{15});
    CHECK(limit.attempt({"another", false, "10.0.0.2", ""}, start) == seconds{0});
}

TEST_CASE("wrong passwords count wherever they were tried, and what was typed as a name is not kept") {
    const Stored place;
    const sql::Database database = place.database();
    LoginLimit here{database};
    LoginLimit there{place.database()};
    for (int i = 0; i < 5; ++i)
        CHECK((i % 2 == 0 ? here : there).attempt({"an", false, "10.0.0.1", ""}, start) == seconds{0});
    CHECK(here.attempt({"an", false, "10.0.0.1", ""}, start) == minutes{15});
    CHECK(there.attempt({"an", false, "10.0.0.1", ""}, start) == minutes{15});
    there.succeeded({"an", false, "10.0.0.1", ""});
    CHECK(here.attempt({"an", false, "10.0.0.1", ""}, start) == seconds{0});
    const std::string digest = sha256_hex("an");
    sql::Rows rows = database.reader().query("SELECT who FROM sign_in_failures ORDER BY who");
    while (rows.next()) {
        CHECK(rows.text(0).find(digest.substr(0, 5)) == std::string::npos);
        CHECK(rows.text(0).find("10.0") == std::string::npos);
    }
}

TEST_CASE("guessing at an account takes longer and longer, wherever it comes from, and never for its own browsers") {
    const Stored place;
    LoginLimit limit{place.database()};
    RememberedDevices devices{place.database()};
    const std::string own = devices.remember("an", "", start);
    CHECK(own.size() == 64);
    CHECK(devices.knows("an", own, start));
    CHECK_FALSE(devices.knows("binh", own, start));
    CHECK_FALSE(devices.knows("an", own, start + RememberedDevices::life));
    CHECK(devices.remember("an", own, start) == own);
    CHECK(devices.remember("binh", own, start) != own);
    const auto from = [&](int address, Instant now) {
        return limit.attempt({"an", true, "10.0." + std::to_string(address / 200) + "." + std::to_string(address), ""},
                             now);
    };
    for (int i = 0; i < 10; ++i) CHECK(from(i, start) == seconds{0});
    CHECK(from(10, start) == seconds{1});
    Instant now = start + seconds{1};
    CHECK(from(11, now) == seconds{0});
    CHECK(from(12, now) == seconds{2});
    for (int i = 13; i < 30; ++i) {
        now += minutes{5};
        CHECK(from(i, now) == seconds{0});
    }
    CHECK(from(31, now) == minutes{5});
    // It does not tell which names there are.
    for (int i = 0; i < 10; ++i) limit.attempt({"nobody", false, "10.0.9." + std::to_string(i), ""}, now);
    CHECK(limit.attempt({"nobody", false, "10.0.10.1", ""}, now) == seconds{1});
    // Neither a stranger's guesses nor those of the whole office keep them out.
    for (int i = 0; i < 40; ++i) limit.attempt({"user" + std::to_string(i), false, "10.0.5.5", ""}, now);
    CHECK(limit.attempt({"an", true, "10.0.5.5", ""}, now) > seconds{0});
    for (int i = 0; i < 5; ++i) CHECK(limit.attempt({"an", true, "10.0.5.5", own}, now) == seconds{0});
    CHECK(limit.attempt({"an", true, "10.0.5.5", own}, now) == minutes{15});
    limit.succeeded({"an", true, "10.0.5.5", own});
    CHECK(limit.attempt({"an", true, "10.0.5.5", own}, now) == seconds{0});
    // The right password from elsewhere ends the delay.
    limit.succeeded({"an", true, "10.0.7.7", ""});
    CHECK(limit.attempt({"an", true, "10.0.7.7", ""}, now) == seconds{0});
}
