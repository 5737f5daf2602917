// Credentials live as long as their owner: API tokens, service accounts, streams, and the list of one's sessions.
#include <SQLiteCpp/SQLiteCpp.h>

#include "reporting/central/api/roles.h"
#include "reporting/central/judging/policy_store.h"
#include "reporting/central/people/api_token_store.h"
#include "reporting/central/people/service_account_store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/sql/schema.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

struct TokenOffice : Office {
    TokenOffice() {
        add_person("binh", Role::administrator);
        REQUIRE(log_in("binh").status == 200);
    }

    HttpResponse make(json body) {
        if (!body.contains("expires_at")) body["expires_at"] = "2026-12-01T00:00:00Z";
        return call("POST", "/api/v1/api-tokens", body);
    }
    /// From now on a program asks with this token.
    void use(const HttpResponse& made) {
        INFO(made.body);
        REQUIRE(made.status == 201);
        cookie.clear();
        csrf.clear();
        bearer = body_of(made).at("token").get<std::string>();
    }
    void change(const std::string& user, const UserChange& wanted) { Users{database}.change(user, wanted, now); }
    UserChange disabled() const {
        UserChange wanted;
        wanted.disabled = true;
        return wanted;
    }
};

const json new_policy{{"reason", "thử"}, {"parameters", {{"max_password_age_days", 60}}}};

}  // namespace

TEST_CASE("nobody publishes a policy with a token of somebody who is disabled") {
    TokenOffice office;
    office.use(office.make({{"name", "deploy"}, {"role", "administrator"}}));
    CHECK(office.call("POST", "/api/v1/policy/preview", {{"disabled", json::array()}}).status != 401);
    office.change("binh", office.disabled());
    CHECK(error_of(office.call("POST", "/api/v1/policy/versions", new_policy)) == "token_without_owner");
    CHECK(error_of(office.call("GET", "/api/v1/units")) == "token_without_owner");
    CHECK(Policies{office.database}.newest() == 1);
    // A person who is gone is as good as one who is disabled.
    UserChange enabled;
    enabled.disabled = false;
    office.change("binh", enabled);
    CHECK(office.call("GET", "/api/v1/units").status == 200);
    office.database.writer().run("DELETE FROM users WHERE name = 'binh'");
    CHECK(error_of(office.call("POST", "/api/v1/policy/versions", new_policy)) == "token_without_owner");
    CHECK(Policies{office.database}.newest() == 1);
}

TEST_CASE("a token may what its role and its owner's present role both may") {
    TokenOffice office;
    office.use(office.make({{"name", "all"}, {"role", "administrator"}}));
    const Pc pc = office.enrolled_pc();
    UserChange less;
    less.role = Role::operator_;
    office.change("binh", less);
    CHECK(error_of(office.call("POST", "/api/v1/policy/versions", new_policy)) == "not_allowed");
    CHECK(error_of(office.call("GET", "/api/v1/audit")) == "not_allowed");
    CHECK(office.call("POST", "/api/v1/scans", {{"all", true}}).status == 201);
    less.role = Role::auditor;
    office.change("binh", less);
    CHECK(error_of(office.call("POST", "/api/v1/scans", {{"all", true}})) == "not_allowed");
    CHECK(office.call("GET", "/api/v1/audit").status == 200);

    // The owner's units are the token's as well.
    const std::int64_t other = Units{office.database}.add("Phường Cô Giang", std::nullopt, by_test);
    less.unit_id = std::optional<std::int64_t>{other};
    office.change("binh", less);
    CHECK(error_of(office.call("GET", "/api/v1/audit")) == "not_allowed");  // of all units alone
    CHECK(body_of(office.call("GET", "/api/v1/units")).at("units").size() == 1);
    CHECK(error_of(office.call("GET", "/api/v1/devices/" + pc.device_id)) == "device_unknown");
}

TEST_CASE("a token of one unit sees what both it and its owner see") {
    TokenOffice office;
    Units units{office.database};
    const std::int64_t room = units.add("Văn phòng", office.unit, by_test);
    const std::int64_t other = units.add("Phường Cô Giang", std::nullopt, by_test);
    office.use(office.make({{"name", "n"}, {"role", "unit_manager"}, {"unit_id", office.unit}}));
    const auto seen = [&] {
        std::vector<std::string> names;
        const json units_seen = body_of(office.call("GET", "/api/v1/units"));
        for (const json& unit : units_seen.at("units")) names.push_back(unit.at("name").get<std::string>());
        return names;
    };
    CHECK(seen() == std::vector<std::string>{"Phường Bến Thành", "Văn phòng"});
    UserChange less;
    less.role = Role::unit_manager;
    less.unit_id = std::optional{room};
    office.change("binh", less);
    CHECK(seen() == std::vector<std::string>{"Văn phòng"});
    less.unit_id = std::optional{other};
    office.change("binh", less);
    CHECK(error_of(office.call("GET", "/api/v1/units")) == "not_allowed");
}

TEST_CASE("a token is made for what its owner has, and an administrator's ends within 30 days") {
    TokenOffice office;
    office.add_person("lan", Role::unit_manager, office.unit);
    const auto refused = [&](const json& body) { return error_of(office.make(body)) == "bad_request"; };
    CHECK(refused({{"name", "x"}, {"role", "administrator"}, {"owner", "lan"}}));
    CHECK(refused({{"name", "x"}, {"role", "auditor"}, {"owner", "lan"}}));
    CHECK(refused({{"name", "x"}, {"role", "auditor"}, {"owner", "nobody"}}));
    CHECK(refused({{"name", "x"}, {"role", "auditor"}, {"service_account", "none"}}));
    CHECK(refused({{"name", "x"}, {"role", "auditor"}, {"service_account", "none"}, {"owner", "an"}}));
    CHECK(refused({{"name", "x"}, {"role", "administrator"}, {"expires_at", "2026-12-22T03:00:01Z"}}));
    CHECK(office.make({{"name", "a"}, {"role", "administrator"}, {"expires_at", "2026-12-22T03:00:00Z"}}).status ==
          201);
    CHECK(office.make({{"name", "b"}, {"role", "auditor"}, {"expires_at", "2028-11-22T03:00:00Z"}}).status == 201);
    const json made =
        body_of(office.make({{"name", "c"}, {"role", "unit_manager"}, {"unit_id", office.unit}, {"owner", "lan"}}));
    CHECK(made.at("owner") == "lan");
    CHECK(made.at("created_by") == "binh");
    CHECK(made.at("has_rights") == true);
}

TEST_CASE("a service account's tokens have its owner's rights, and go on with the next one") {
    TokenOffice office;
    const auto change = [&](const json& body) {
        return office.call("PATCH", "/api/v1/service-accounts/giám%20sát", body);
    };
    const HttpResponse account = office.call("POST", "/api/v1/service-accounts", {{"name", "giám sát"}});
    REQUIRE(account.status == 201);
    CHECK(body_of(account).at("owner") == "binh");
    CHECK(error_of(office.call("POST", "/api/v1/service-accounts", {{"name", "giám sát"}})) == "account_refused");
    CHECK(error_of(office.call("PATCH", "/api/v1/service-accounts/x", {{"owner", "an"}})) == "account_unknown");
    CHECK(error_of(change({{"owner", "nobody"}})) == "account_refused");
    const HttpResponse made = office.make({{"name", "grafana"}, {"role", "auditor"}, {"service_account", "giám sát"}});
    const std::string cookie = office.cookie;
    const std::string csrf = office.csrf;
    office.use(made);
    CHECK(office.call("GET", "/api/v1/units").status == 200);
    CHECK(error_of(change({{"owner", "an"}})) == "not_allowed");
    office.change("binh", office.disabled());
    CHECK(error_of(office.call("GET", "/api/v1/units")) == "token_without_owner");
    const std::string token = office.bearer;
    office.bearer.clear();
    REQUIRE(office.log_in("an").status == 200);
    CHECK(body_of(change({{"owner", "an"}})).at("tokens") == 1);
    office.bearer = token;
    CHECK(office.call("GET", "/api/v1/units").status == 200);
    ServiceAccounts{office.database}.set_disabled("giám sát", true, office.now);
    CHECK(error_of(office.call("GET", "/api/v1/units")) == "token_without_owner");
    ServiceAccounts{office.database}.set_disabled("giám sát", false, office.now);
    CHECK(office.call("GET", "/api/v1/units").status == 200);
}

TEST_CASE("tokens that are older than owners get one, or 30 days' notice", "[sqlite]") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "central.db";
    const Instant now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
    {
        SQLite::Database older{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
        for (std::size_t step = 0; step < 22; ++step) older.exec(std::string{sql::schema_steps()[step]});
        older.exec(
            "PRAGMA user_version = 22; INSERT INTO users(name, password_hash, created_at, changed_at) "
            "VALUES ('an', 'hash', 1, 1), ('cli', 'hash', 1, 1)");
        const auto put = [&](const std::string& id, const char* role, const char* by, Instant end) {
            SQLite::Statement insert{older,
                                     "INSERT INTO api_tokens(id, name, sha256, role, created_by, created_at, "
                                     "expires_at) VALUES (?, ?, ?, ?, ?, 1, ?)"};
            insert.bind(1, id);
            insert.bind(2, id);
            insert.bind(3, sha256_hex(id));
            insert.bind(4, role);
            insert.bind(5, by);
            insert.bind(6, static_cast<std::int64_t>(end.time_since_epoch().count()));
            insert.exec();
        };
        put("of-an", "administrator", "an", now + days{400});
        put("of-cli", "auditor", "cli", now + days{400});
        put("short", "administrator", "cli", now + days{3});
    }
    sql::Database database{stored(file)};
    ApiTokens tokens{database};
    const auto used = [&](const char* id, Instant at) { return tokens.use(sha256_hex(id), at).value(); };
    CHECK(used("of-an", now).owner == "an");
    CHECK(used("of-an", now).expires_at <= now + days{30} + minutes{10});
    CHECK(used("short", now).expires_at == now + days{3});
    const ApiToken cli = used("of-cli", now);
    CHECK(cli.service_account == "of-cli");
    CHECK(cli.owner.empty());
    CHECK(cli.expires_at == now + days{400});
    CHECK(has_rights(cli, now + days{29}));
    CHECK_FALSE(has_rights(cli, now + days{31}));
    ServiceAccounts accounts{database};
    CHECK(accounts.all(now).size() == 2);
    accounts.set_owner("of-cli", "an");
    CHECK(has_rights(used("of-cli", now + days{31}), now + days{31}));
    CHECK_FALSE(accounts.find("of-cli", now)->owner_needed_by);
}

TEST_CASE("a stream ends within seconds when the one who follows it is disabled, signed out or moved") {
    Office office;
    office.add_person("kim", Role::auditor);
    const Pc pc = office.enrolled_pc();
    REQUIRE(office.log_in().status == 200);
    const json scan = body_of(office.call("POST", "/api/v1/scans", {{"all", true}}));
    const std::string events = "/api/v1/scans/" + scan.at("batch_id").get<std::string>() + "/events";
    const auto follow = [&] {
        HttpResponse stream = office.call("GET", events);
        REQUIRE(stream.status == 200);
        REQUIRE(stream.go_on().has_value());
        office.now += seconds{4};
        REQUIRE(stream.go_on().has_value());
        return stream;
    };
    const auto ends = [&](const HttpResponse& stream) {
        office.now += seconds{4};
        return !stream.go_on().has_value();
    };
    REQUIRE(office.log_in("kim").status == 200);
    HttpResponse stream = follow();
    UserChange wanted;
    wanted.unit_id = std::optional{office.unit};
    Users{office.database}.change("kim", wanted, office.now);
    CHECK(ends(stream));
    stream = follow();
    REQUIRE(office.call("DELETE", "/api/v1/session").status == 200);
    CHECK(ends(stream));
    REQUIRE(office.log_in("kim").status == 200);
    stream = follow();
    wanted = {};
    wanted.disabled = true;
    Users{office.database}.change("kim", wanted, office.now);
    CHECK(ends(stream));
}

TEST_CASE("one's sessions are listed and ended, and nobody else's") {
    Office office;
    office.add_person("kim", Role::auditor);
    REQUIRE(office.log_in("kim").status == 200);
    const std::string foreign = office.cookie;
    office.cookie.clear();  // a sign-in takes the place of the session that it comes with
    office.address = "10.0.0.6";
    REQUIRE(office.log_in().status == 200);
    const std::string first = office.cookie;
    office.now += minutes{2};
    office.address = "10.0.0.7";
    office.cookie.clear();
    REQUIRE(office.log_in().status == 200);
    const auto list = [&] { return body_of(office.call("GET", "/api/v1/sessions")).at("sessions"); };
    const json both = list();
    REQUIRE(both.size() == 2);
    CHECK(both.at(0).at("address") == "10.0.0.7");
    CHECK(both.at(0).at("current") == true);
    CHECK(both.at(1).at("address") == "10.0.0.6");
    CHECK(both.at(1).at("current") == false);
    const auto other = both.at(1).at("id").get<std::string>();
    CHECK(first.find(other) == std::string::npos);
    const std::string kims = Sessions{office.database}.of("kim", office.now).at(0).name;
    CHECK(error_of(office.call("DELETE", "/api/v1/sessions/" + kims)) == "session_unknown");
    CHECK(office.call("DELETE", "/api/v1/sessions/" + other).status == 200);
    CHECK(error_of(office.call("DELETE", "/api/v1/sessions/" + other)) == "session_unknown");
    CHECK(list().size() == 1);
    office.cookie = first;
    CHECK(office.call("GET", "/api/v1/units").status == 401);

    office.cookie.clear();
    REQUIRE(office.log_in().status == 200);
    office.cookie.clear();
    REQUIRE(office.log_in().status == 200);
    CHECK(list().size() == 3);
    CHECK(body_of(office.call("DELETE", "/api/v1/sessions")).at("ended") == 2);
    CHECK(list().size() == 1);
    office.cookie = foreign;
    CHECK(office.call("GET", "/api/v1/units").status == 200);
}
