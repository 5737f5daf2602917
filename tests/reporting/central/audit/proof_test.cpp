// The audit log proves itself: refusals stand in it, an entry stands there if and only if the change does, and signed
// heads that left the machine tell a chain that was written anew.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "reporting/central/audit/denials.h"
#include "reporting/central/audit/head_store.h"
#include "reporting/central/audit/heads.h"
#include "reporting/central/integration/integration.h"
#include "reporting/central/integration/syslog.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

AuditEntry entry_about(const std::string& subject) {
    return {0, start, "an", "10.0.0.5", "changeUser", subject, "role=auditor"};
}

std::vector<AuditEntry> denials_of(const sql::Database& database) {
    return AuditLog{database}.page({{}, {}, "", "denied", ""}, 0, 1000).entries;
}

/// As somebody does who owns the database and knows how the chain is made: entry 2 is another, and all hashes are
/// right.
void rewrite_chain(const std::filesystem::path& file) {
    SQLite::Database database{file, SQLite::OPEN_READWRITE};
    database.exec("DROP TRIGGER audit_is_not_changed; UPDATE audit SET subject = 'x' WHERE id = 2");
    std::vector<json> rows;
    SQLite::Statement all{database, "SELECT id, at, actor, address, action, subject, detail FROM audit ORDER BY id"};
    while (all.executeStep())
        rows.push_back({all.getColumn(0).getInt64(), all.getColumn(1).getInt64(), all.getColumn(2).getString(),
                        all.getColumn(3).getString(), all.getColumn(4).getString(), all.getColumn(5).getString(),
                        all.getColumn(6).getString()});
    std::string previous;
    for (const json& row : rows) {
        json hashed = row;
        hashed.insert(hashed.begin(), previous);
        const std::string hash = sha256_hex(hashed.dump());
        SQLite::Statement put{database, "UPDATE audit SET previous = ?, hash = ? WHERE id = ?"};
        put.bind(1, previous);
        put.bind(2, hash);
        put.bind(3, row.at(0).get<std::int64_t>());
        put.exec();
        previous = hash;
    }
}

std::string text_of_file(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

TEST_CASE("a chain that was written anew, consistently, is told by the heads that left", "[sqlite]") {
    const TemporaryFolder folder;
    const DataFolder data{folder.path()};
    sql::Database database{stored(folder.path() / "central.db")};
    AuditLog log{database};
    const HeadKey key = HeadKey::of(data);
    CHECK((std::filesystem::status(folder.path() / "audit.key").permissions() & std::filesystem::perms{0777}) ==
          std::filesystem::perms{0600});
    CHECK(HeadKey::of(data).public_key() == key.public_key());
    CHECK_FALSE(sign_audit_head(database, key, start));  // nothing to sign yet
    std::string left;
    const auto leave = [&](const char* subject, Instant at) {
        log.append(entry_about(subject));
        CHECK(sign_audit_head(database, key, at));
        CHECK_FALSE(sign_audit_head(database, key, at));
        left += Integrations{database}.heads_after(0, 100).back().line + "\n";
    };
    leave("a", start);
    leave("b", start + hours{1});
    leave("c", start + hours{2});
    log.append(entry_about("d"));
    const std::set<std::string> trusted{key.public_key()};
    HeadComparison found = compare_heads(log, left + "no head\n{\"at\":\"x\"}\n", trusted);
    CHECK(found.heads == 3);
    CHECK_FALSE(found.missing);
    CHECK_FALSE(found.badly_signed);

    rewrite_chain(folder.path() / "central.db");
    CHECK(log.verify().entries == 4);
    CHECK_FALSE(log.verify().first_invalid);  // by itself it looks as written
    found = compare_heads(log, left, trusted);
    REQUIRE(found.missing);
    CHECK(found.missing->entries == 2);
    CHECK(found.missing->at == start + hours{1});

    // Without its end, too; and with the heads in the database written anew as well.
    SQLite::Database other{folder.path() / "central.db", SQLite::OPEN_READWRITE};
    other.exec("DROP TRIGGER audit_is_not_shortened; DELETE FROM audit WHERE id > 1; DELETE FROM audit_heads");
    CHECK_FALSE(log.verify().first_invalid);
    CHECK(compare_heads(log, left, trusted).missing->entries == 2);
}

TEST_CASE("a head counts when a trusted key signed it, wherever it was kept") {
    const TemporaryFolder folder;
    const TemporaryFolder other;
    sql::Database database{stored(folder.path() / "central.db")};
    AuditLog log{database};
    log.append(entry_about("a"));
    const std::string hash = log.verify().head;
    const HeadKey key = HeadKey::of(DataFolder{folder.path()});
    const HeadKey foreign = HeadKey::of(DataFolder{other.path()});
    const SignedHead head = signed_head(key, 1, hash, start);
    CHECK(is_signed(head));
    SignedHead changed = head;
    changed.entries = 2;
    CHECK_FALSE(is_signed(changed));
    changed = head;
    changed.at += seconds{1};
    CHECK_FALSE(is_signed(changed));
    changed = head;
    changed.public_key = foreign.public_key();
    CHECK_FALSE(is_signed(changed));
    const std::set<std::string> trusted{key.public_key()};
    CHECK(compare_heads(log, line_of(signed_head(foreign, 1, hash, start)), trusted).badly_signed);
    CHECK(compare_heads(log, line_of(changed), trusted).badly_signed);
    // As a syslog server writes it into its file.
    const std::string line = syslog_line({5, start, "audit_head", {}, line_of(head)}, "centre");
    const HeadComparison found = compare_heads(log, "Nov 22 10:00:00 " + line + "\r\n", trusted);
    CHECK(found.heads == 1);
    CHECK_FALSE(found.badly_signed);
    CHECK_FALSE(found.missing);
}

TEST_CASE("signed heads are added to a file once, also after a restart") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    const auto file = office.folder.path() / "heads.jsonl";
    const HeadKey key = HeadKey::of(DataFolder{office.folder.path()});
    const auto tell = [&](const std::filesystem::path& to) {
        Integration integration{office.database,
                                {office.policy,
                                 office.sealing,
                                 [&] { return office.now; },
                                 office.logger(),
                                 "centre",
                                 {},
                                 {},
                                 {},
                                 {},
                                 days{7},
                                 {to, {}}}};
        integration.tell_heads();
        integration.tell_heads();
    };
    sign_audit_head(office.database, key, office.now);
    tell(office.folder.path() / "not-there" / "heads.jsonl");
    CHECK(office.log.back().find("audit head not written") != std::string::npos);
    tell(file);
    const std::string once = text_of_file(file);
    CHECK(std::count(once.begin(), once.end(), '\n') == 1);
    CHECK(head_in(once)->hash == AuditLog{office.database}.verify().head);
    tell(file);
    CHECK(text_of_file(file) == once);
    office.log_in();
    sign_audit_head(office.database, key, office.now);
    tell(file);
    CHECK(compare_heads(AuditLog{office.database}, text_of_file(file), {key.public_key()}).heads == 2);
}

TEST_CASE("a change whose entry cannot be written is none", "[sqlite]") {
    Office office;
    office.add_person("kim", Role::auditor);
    REQUIRE(office.log_in().status == 200);
    SQLite::Database other{office.folder.path() / "central.db", SQLite::OPEN_READWRITE};
    other.exec(
        "CREATE TRIGGER full BEFORE INSERT ON audit WHEN new.action <> 'denied' BEGIN SELECT raise(ABORT, 'full'); "
        "END");
    CHECK(office.call("PATCH", "/api/v1/users/kim", {{"full_name", "Kim"}}).status == 500);
    CHECK(Users{office.database}.find("kim")->full_name.empty());
    CHECK(office.call("POST", "/api/v1/units", {{"name", "Phường Cô Giang"}, {"parent_id", nullptr}}).status == 500);
    CHECK(Units{office.database}.all().size() == 1);
    CHECK(office.call("POST", "/api/v1/webhooks", {{"url", "https://10.1.2.3/"}}).status == 500);
    CHECK(office.database.reader().number("SELECT count(*) FROM webhooks") == 0);
    const std::string open = office.cookie;
    CHECK(office.log_in().status == 500);
    office.cookie = open;
    CHECK(office.database.reader().number("SELECT count(*) FROM sessions") == 1);
    other.exec("DROP TRIGGER full");
    const std::int64_t before = AuditLog{office.database}.verify().entries;
    CHECK(office.call("PATCH", "/api/v1/users/kim", {{"full_name", "Kim"}}).status == 200);
    CHECK(AuditLog{office.database}.verify().entries == before + 1);
    // What changes nothing and is refused leaves no entry; what counts wrong passwords is no change.
    CHECK(office.call("DELETE", "/api/v1/api-tokens/none").status == 404);
    CHECK(error_of(office.call("POST", "/api/v1/session/password",
                               {{"old_password", "wrong"}, {"new_password", "Xe-dap!xanh-42-Q"}})) == "wrong_password");
    CHECK(AuditLog{office.database}.verify().entries == before + 1);
}

TEST_CASE("what is refused is recorded: no session, a bad token, CSRF, a role, a foreign unit") {
    Office office;
    const Pc pc = office.enrolled_pc();
    const std::int64_t other = Units{office.database}.add("Phường Cô Giang", std::nullopt, by_test);
    office.add_person("lan", Role::unit_manager, other);
    office.call("GET", "/api/v1/units");
    office.bearer = std::string(68, 'a');
    office.call("GET", "/api/v1/users");
    office.bearer.clear();
    REQUIRE(office.log_in("lan").status == 200);
    office.call("GET", "/api/v1/users");
    office.call("GET", "/api/v1/devices/" + pc.device_id);
    office.csrf = "x";
    office.call("DELETE", "/api/v1/session");
    std::vector<std::string> said;
    for (const AuditEntry& entry : denials_of(office.database))
        said.push_back(entry.actor + ": " + entry.detail + " " + entry.subject + " " + entry.address);
    std::reverse(said.begin(), said.end());
    CHECK(said == std::vector<std::string>{": not_signed_in listUnits 10.0.0.5", ": token_invalid listUsers 10.0.0.5",
                                           "lan: not_allowed listUsers 10.0.0.5",
                                           "lan: device_unknown getDevice " + pc.device_id + " 10.0.0.5",
                                           "lan: csrf signOut 10.0.0.5"});
}

TEST_CASE("a flood of refusals is counted, not written one by one") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    office.cookie.clear();
    for (int i = 0; i < 500; ++i) CHECK(office.call("GET", "/api/v1/units").status == 401);
    CHECK(denials_of(office.database).size() == 1);
    office.now += seconds{59};
    office.people.denials().write_due(office.now);
    CHECK(denials_of(office.database).size() == 1);
    office.now += seconds{1};
    office.people.denials().write_due(office.now);
    REQUIRE(denials_of(office.database).size() == 2);
    CHECK(denials_of(office.database).at(0).detail == "not_signed_in and 499 more within a minute");
    // Not from many addresses either.
    for (int i = 0; i < 1000; ++i) {
        office.address = "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250);
        office.call("GET", "/api/v1/units");
    }
    office.now += minutes{1};
    office.people.denials().write_due(office.now);
    const std::vector<AuditEntry> all = denials_of(office.database);
    CHECK(all.size() == 2 + Denials::most_kinds + 2);
    CHECK(std::any_of(all.begin(), all.end(), [](const AuditEntry& entry) {
        return entry.detail == "many and 899 more within a minute" && entry.address.empty();
    }));
}

TEST_CASE("PCs that are refused are told of") {
    Centre centre;
    std::vector<std::string> denied;
    const AgentApi agents{
        centre.database,
        centre.policy,
        {authority(),
         days{365},
         1u << 20,
         [&] { return centre.now; },
         centre.logger(),
         nullptr,
         nullptr,
         {},
         {},
         {},
         {1, 100},
         [&](std::string_view path, const Call& call, const ApiError& error) {
             if (is_denial(error, {}))
                 denied.push_back(std::string{path} + " " + error.code + " " + call.request.remote_address);
         }}};
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/heartbeat";
    request.remote_address = "10.0.0.9";
    request.body = "{}";
    CHECK(agents.handle(request).status == 401);
    request.target = "/v1/enroll";
    const Pc pc;
    request.body = json{
        {"token", "wrong"},
        {"device_id", pc.device_id},
        {"signing_request", make_signing_request(pc.key, pc.device_id)},
        {"host_name", "PC-01"},
        {"agent_version",
         "0.1.0"}}.dump();
    CHECK(agents.handle(request).status == 403);
    CHECK(denied ==
          std::vector<std::string>{"/v1/heartbeat certificate_required 10.0.0.9", "/v1/enroll token_invalid 10.0.0.9"});
}

TEST_CASE("others are told what administrators did, and not what was looked at") {
    Office office;
    office.add_person("kim", Role::auditor);
    const auto hook = [&](std::optional<std::int64_t> unit) {
        Webhook webhook;
        webhook.url = "http://127.0.0.1:1/";
        webhook.secret = office.sealing.seal("secret", webhook_purpose);
        webhook.unit_id = unit;
        webhook.created_by = "test";
        webhook.created_at = office.now;
        Integrations{office.database}.add_webhook(webhook);
    };
    hook(std::nullopt);
    hook(office.unit);
    Integration integration{
        office.database,
        {office.policy, office.sealing, [&] { return office.now; }, office.logger(), "centre", {}, {}, {}, {}}};
    integration.tell_webhooks();
    REQUIRE(office.log_in().status == 200);
    office.call("GET", "/api/v1/users");
    office.call("PATCH", "/api/v1/users/kim", {{"full_name", "Kim"}});
    office.call("POST", "/api/v1/scans", {{"all", true}});
    AuditLog{office.database}.append({0, office.now, "cli:root", "", "unit add", "", "unit add X"});
    integration.tell_webhooks();
    const sql::Reader reader = office.database.reader();
    CHECK(reader.number("SELECT count(*) FROM webhook_deliveries") == 1);
    sql::Rows row = reader.query("SELECT body, webhook_id FROM webhook_deliveries");
    REQUIRE(row.next());
    CHECK(row.integer(1) == 1);
    const json body = json::parse(row.text(0));
    CHECK(body.at("type") == "administration");
    REQUIRE(body.at("entries").size() == 2);
    CHECK(body.at("entries").at(0).at("action") == "changeUser");
    CHECK(body.at("entries").at(0).at("actor") == "an");
    CHECK(body.at("entries").at(0).at("subject") == "kim");
    CHECK(body.at("entries").at(1).at("action") == "unit add");
    const std::vector<ToldEntry> told = Integrations{office.database}.entries_after(0, {"changeUser"}, 100);
    REQUIRE(told.size() == 3);
    CHECK(told.at(0).is_sign_in());
}
