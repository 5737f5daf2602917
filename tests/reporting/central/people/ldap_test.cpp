// Signing in by a directory. The hidden cases [ldap] need the slapd that ldap_test.py starts.
#include "reporting/central/people/ldap.h"
#include "reporting/central/api/roles.h"

#include <cstdlib>

#include "reporting/central/audit/store.h"
#include "reporting/central/people/user_store.h"
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): the test's one thread
    REQUIRE(value != nullptr);
    return value;
}

const std::string base = "dc=example,dc=vn";

LdapOptions slapd(const char* url) {
    const std::filesystem::path folder = environment("WARDWATCH_LDAP");
    LdapOptions options;
    options.url = environment(url);
    options.ca_file = folder / "server.crt";
    options.bind_dn = "cn=reader," + base;
    options.bind_password_file = folder / "reader-password";
    options.base_dn = base;
    options.groups = {{"CN=auditors," + base, Role::auditor, std::nullopt}};
    return options;
}

struct DirectoryOffice : Centre {
    PeopleApi people;
    explicit DirectoryOffice(const LdapOptions& directory)
        : people(database, policy, [&] {
              PeopleApiOptions options{.sealing = sealing};
              options.password_cost = {1, 64};
              options.clock = [this] { return now; };
              options.log = logger();
              options.directory = directory;
              return options;
          }()) {}

    HttpResponse log_in(const std::string& user, const std::string& secret) {
        HttpRequest request;
        request.method = "POST";
        request.target = "/api/v1/session";
        request.remote_address = "10.0.0.5";
        request.headers["Content-Type"] = "application/json";
        request.body = nlohmann::json{{"user", user}, {"password", secret}}.dump();
        now += std::chrono::minutes{16};  // not what is tried here
        return people.handle(request);
    }
};

}  // namespace

TEST_CASE("what is wrong with a directory's options is said") {
    LdapOptions options;
    CHECK(ldap_problem(options).empty());  // none
    options.url = "http://dc.example.vn";
    CHECK(ldap_problem(options).find("ldap.url") != std::string::npos);
    options.url = "ldaps://dc.example.vn";
    CHECK(ldap_problem(options).find("ldap.base_dn") != std::string::npos);
    options.base_dn = base;
    CHECK(ldap_problem(options).find("ldap.groups") != std::string::npos);
    options.groups = {{"cn=x", Role::unit_manager, std::nullopt}};
    CHECK(ldap_problem(options).find("A unit manager needs a unit") != std::string::npos);
    options.groups = {{"cn=x", Role::auditor, std::nullopt}};
    CHECK(ldap_problem(options).empty());
    options.bind_dn = "cn=reader";
    CHECK(ldap_problem(options).find("ldap.bind_password_file") != std::string::npos);
    options.user_filter = "(uid=an)";
    CHECK(ldap_problem(options).find("{user}") != std::string::npos);
}

TEST_CASE("a directory that does not answer lets nobody in, and the log says why") {
    LdapOptions options;
    options.url = "ldap://127.0.0.1:1";
    options.base_dn = base;
    options.groups = {{"cn=x", Role::auditor, std::nullopt}};
    DirectoryOffice office{options};
    CHECK(error_of(office.log_in("an.nguyen", "Xe-dap!xanh-42-Q")) == "wrong_login");
    REQUIRE(office.log.size() == 2);
    CHECK(office.log[0].starts_with("directory: "));
}

TEST_CASE("people of the directory sign in with the role of their group", "[.][ldap]") {
    for (const char* url : {"WARDWATCH_LDAP_PLAIN", "WARDWATCH_LDAP_TLS", "WARDWATCH_LDAP_BEGUN"}) {
        CAPTURE(url);
        DirectoryOffice office{slapd(url)};
        const HttpResponse in = office.log_in("An.Nguyen", "Xe-dap!xanh-42-Q");
        REQUIRE(in.status == 200);
        const nlohmann::json session = body_of(in);
        CHECK(session.at("user") == "an.nguyen");
        CHECK(session.at("role") == "auditor");
        CHECK(session.at("full_name") == "Nguyễn Văn An");
        CHECK(session.at("source") == "directory");
        CHECK(session.at("must_change_password") == false);
        CHECK(Users{office.database}.find("an.nguyen")->email == "an@example.vn");
        CHECK(Users{office.database}.find("an.nguyen")->password_hash.empty());

        CHECK(office.log_in("an.nguyen", "wrong").status == 401);
        CHECK(office.log_in("binh", "Xe-dap!do-43-Q").status == 401);  // of no group
        CHECK_FALSE(Users{office.database}.find("binh"));
        CHECK(office.log_in("twice", "Xe-dap!nau-45-Q").status == 401);  // whose password?
        CHECK(office.log_in("nobody", "x").status == 401);
        for (const char* injected : {"*", "an*", "an.nguyen)(uid=*", "*)(|(uid=*", "an.nguyen\\2a"}) {
            CAPTURE(injected);
            CHECK(office.log_in(injected, "Xe-dap!xanh-42-Q").status == 401);
        }
        for (const std::string& line : office.log) CHECK(line.find("Xe-dap") == std::string::npos);
    }
}

TEST_CASE("roles follow the directory, and the centre may still say no", "[.][ldap]") {
    LdapOptions options = slapd("WARDWATCH_LDAP_TLS");
    {
        DirectoryOffice office{options};
        REQUIRE(office.log_in("an.nguyen", "Xe-dap!xanh-42-Q").status == 200);
        Users{office.database}.add(
            {"local", hash_password(password, {1, 64}), Role::administrator, std::nullopt, false}, start);
        CHECK(office.log_in("local", "Xe-dap!tim-44-Q").status == 401);  // the centre's own user
        CHECK(office.log_in("LOCAL", "Xe-dap!tim-44-Q").status == 401);
        CHECK(office.log_in("local", password).status == 200);
        CHECK_FALSE(Users{office.database}.set_password("an.nguyen", "x", false, start));
        UserChange disabled;
        disabled.disabled = true;
        Users{office.database}.change("an.nguyen", disabled, start);
        CHECK(office.log_in("an.nguyen", "Xe-dap!xanh-42-Q").status == 401);
    }
    // The unit has number 1 in every new centre.
    options.groups = {{"cn=Ward," + base, Role::unit_manager, 1}, {"cn=Auditors," + base, Role::auditor, std::nullopt}};
    DirectoryOffice office{options};
    const nlohmann::json session = body_of(office.log_in("an.nguyen", "Xe-dap!xanh-42-Q"));
    CHECK(session.at("role") == "unit_manager");  // the first group counts
    CHECK(session.at("unit") == "Phường Bến Thành");
}

TEST_CASE("no password goes to a directory that cannot show who it is", "[.][ldap]") {
    for (const char* url : {"WARDWATCH_LDAP_TLS", "WARDWATCH_LDAP_BEGUN"}) {
        CAPTURE(url);
        LdapOptions options = slapd(url);
        options.ca_file = std::filesystem::path{environment("WARDWATCH_LDAP")} / "stranger.crt";
        DirectoryOffice office{options};
        CHECK(office.log_in("an.nguyen", "Xe-dap!xanh-42-Q").status == 401);
        REQUIRE_FALSE(office.log.empty());
        CHECK(office.log[0].starts_with("directory: "));
    }
    LdapOptions options = slapd("WARDWATCH_LDAP_TLS");
    options.bind_password_file = "/nowhere";
    DirectoryOffice office{options};
    CHECK(office.log_in("an.nguyen", "Xe-dap!xanh-42-Q").status == 401);
    CHECK(office.log[0].find("/nowhere") != std::string::npos);
}
