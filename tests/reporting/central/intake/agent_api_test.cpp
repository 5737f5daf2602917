// The agents' API without sockets: every call, and every way to be refused.
#include <SQLiteCpp/SQLiteCpp.h>
#include <zlib.h>

#include <chrono>
#include <memory>
#include <thread>

#include "embedded/reasons.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/revocations.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/units/store.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;

namespace {

HttpRequest posted(const Pc& pc, const char* path, std::string body) {
    HttpRequest request;
    request.method = "POST";
    request.target = path;
    request.body = std::move(body);
    request.client_certificate = shown(pc.certificate);
    return request;
}

/// A request of a connection that stands, on which nothing has been asked yet.
HttpRequest asks_for_commands(const Pc& pc) {
    HttpRequest request = posted(pc, "/v1/commands", R"({"wait_seconds":0,"has":[]})");
    request.admitted = std::make_shared<std::uint64_t>(0);
    return request;
}

}  // namespace

TEST_CASE("enrolment hands out a certificate for the device's key") {
    Centre centre;
    const Pc pc;
    const HttpResponse answer = centre.enrol(pc, centre.add_token());
    REQUIRE(answer.status == 200);
    const json body = body_of(answer);
    CHECK(body.at("device_id") == pc.device_id);
    CHECK(body.at("authority") == authority().certificate_pem);
    const CertificateInfo info = inspect_certificate(body.at("certificate").get<std::string>());
    CHECK(info.common_name == pc.device_id);
    CHECK(info.not_after == start + std::chrono::days{365});
    CHECK(Enrolments{centre.database}.knows_certificate(pc.device_id, info.sha256));
    const Device device = Devices{centre.database}.find(pc.device_id).value();
    CHECK(device.host_name == "PC-01");
    CHECK(device.public_key_sha256 == info.public_key_sha256);
    CHECK(device.enrolled_at == start);
}

TEST_CASE("the token itself is neither stored nor logged") {
    Centre centre;
    const std::string token = centre.add_token();
    REQUIRE(centre.enrol({}, token).status == 200);
    REQUIRE_FALSE(centre.log.empty());
    for (const std::string& line : centre.log) CHECK(line.find(token) == std::string::npos);
    for (const auto& entry : std::filesystem::directory_iterator(centre.folder.path())) {
        std::string bytes(std::filesystem::file_size(entry.path()), '\0');
        std::FILE* in = std::fopen(entry.path().c_str(), "rb");
        REQUIRE(std::fread(bytes.data(), 1, bytes.size(), in) == bytes.size());
        std::fclose(in);
        CHECK(bytes.find(token) == std::string::npos);
    }
}

TEST_CASE("an agent that lost the answer enrols again without another use") {
    Centre centre;
    const Pc pc;
    const std::string token = centre.add_token(1);
    CHECK(centre.enrol(pc, token).status == 200);
    CHECK(centre.enrol(pc, token).status == 200);
    centre.now += std::chrono::days{30};
    CHECK(centre.enrol(pc, token).status == 200);
    CHECK(Enrolments{centre.database}.tokens().at(0).used == 1);
    CHECK(error_of(centre.enrol({}, token)) == "token_expired");
}

TEST_CASE("tokens that do not hold are refused by name") {
    Centre centre;
    const HttpResponse invalid = centre.enrol({}, "no-such-token");
    CHECK(invalid.status == 403);
    CHECK(error_of(invalid) == "token_invalid");

    const std::string once = centre.add_token(1);
    REQUIRE(centre.enrol({}, once).status == 200);
    const HttpResponse used = centre.enrol({}, once);
    CHECK(used.status == 403);
    CHECK(error_of(used) == "token_used_up");

    const std::string revoked = centre.add_token();
    Enrolments{centre.database}.revoke_token(Enrolments{centre.database}.tokens().back().id, start);
    CHECK(error_of(centre.enrol({}, revoked)) == "token_revoked");

    const std::string brief = centre.add_token(1, std::chrono::minutes{1});
    centre.now += std::chrono::minutes{1};
    const HttpResponse late = centre.enrol({}, brief);
    CHECK(late.status == 403);
    CHECK(error_of(late) == "token_expired");
    CHECK(body_of(late).at("message").get<std::string>().find("new one") != std::string::npos);
}

TEST_CASE("a known device id with another key is a conflict and costs no use") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    Pc thief;
    thief.device_id = pc.device_id;
    const std::string token = centre.add_token(1);
    const HttpResponse answer = centre.enrol(thief, token);
    CHECK(answer.status == 409);
    CHECK(error_of(answer) == "device_known");
    CHECK(Enrolments{centre.database}.tokens().back().used == 0);
    // The same key with a new token is a move to that token's unit.
    const std::int64_t other = Units{centre.database}.add("Phường B", std::nullopt, by_test);
    Enrolments{centre.database}.add_token(sha256_hex("move"), other, 1, start, start + std::chrono::hours{1});
    CHECK(centre.enrol(pc, "move").status == 200);
    CHECK(Devices{centre.database}.find(pc.device_id)->unit_id == other);
}

TEST_CASE("enrolment checks what it is given") {
    Centre centre;
    const Pc pc;
    const json good = {{"token", centre.add_token()},
                       {"device_id", pc.device_id},
                       {"signing_request", make_signing_request(pc.key, pc.device_id)},
                       {"host_name", "PC"},
                       {"agent_version", "1"}};
    const auto with = [&](const char* member, const json& value) {
        json changed = good;
        changed[member] = value;
        return centre.post("/v1/enroll", changed.dump());
    };
    CHECK(error_of(centre.post("/v1/enroll", "{")) == "bad_json");
    CHECK(error_of(centre.post("/v1/enroll", "[]")) == "bad_json");
    CHECK(error_of(centre.post("/v1/enroll", R"({"token":1,"token":2})")) == "bad_json");
    CHECK(error_of(with("device_id", "../../etc/passwd-and-enough-letters--")) == "bad_request");
    CHECK(error_of(with("device_id", 5)) == "bad_request");
    CHECK(error_of(with("host_name", "")) == "bad_request");
    CHECK(error_of(with("host_name", std::string(256, 'x'))) == "bad_request");
    CHECK(error_of(with("host_name", "a\nb")) == "bad_request");
    CHECK(error_of(with("signing_request", "nonsense")) == "bad_signing_request");
    CHECK(with("signing_request", "nonsense").status == 400);
    CHECK(error_of(with("signing_request", std::string(9000, 'x'))) == "bad_request");
    CHECK(Devices{centre.database}.all().empty());
    CHECK(Enrolments{centre.database}.tokens().at(0).used == 0);
}

TEST_CASE("a compressed report is stored as its PC stored it, and one that is none is refused") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const std::string text = to_json(report_of(pc, start, good_facts(start, start))).dump(1);
    const auto send = [&](const std::string& body, const char* encoding) {
        HttpRequest request;
        request.method = "POST";
        request.target = "/v1/reports";
        request.headers["Content-Encoding"] = encoding;
        request.body = body;
        request.client_certificate = shown(pc.certificate);
        return centre.agents.handle(request);
    };
    const auto packed = [](const std::string& bytes) {
        uLongf size = compressBound(static_cast<uLong>(bytes.size()));
        std::string result(size, '\0');
        compress(reinterpret_cast<Bytef*>(result.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
                 static_cast<uLong>(bytes.size()));
        result.resize(size);
        return result;
    };
    CHECK(send(packed(text), "gzip").status == 415);
    CHECK(error_of(send(packed(text), "gzip")) == "encoding_unknown");
    CHECK(send(text, "deflate").status == 400);
    CHECK(error_of(send(packed(text).substr(0, 100), "deflate")) == "bad_encoding");
    // A bomb: 50 MB in 50 KB.
    const HttpResponse bomb = send(packed(std::string(50'000'000, ' ')), "deflate");
    CHECK(bomb.status == 413);
    CHECK(error_of(bomb) == "too_large");
    CHECK(error_of(send(packed("[]"), "deflate")) == "bad_report");
    CHECK(send(packed(text), "deflate").status == 201);
    CHECK(centre.post("/v1/reports", text, pc.certificate).status == 200);  // the same one
    CHECK(Reports{centre.database}.newest(pc.device_id)->body == text);
}

TEST_CASE("a report is stored once, byte for byte") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const std::string text = to_json(report_of(pc, start, good_facts(start, start))).dump(1);
    const HttpResponse first = centre.post("/v1/reports", text, pc.certificate);
    CHECK(first.status == 201);
    CHECK(body_of(first) == json{{"stored", true}, {"report_format", 2}, {"report_encoding", "deflate"}});
    const HttpResponse again = centre.post("/v1/reports", text, pc.certificate);
    CHECK(again.status == 200);
    CHECK(body_of(again) == json{{"stored", false}, {"report_format", 2}, {"report_encoding", "deflate"}});
    // The same content with other spacing is the same report.
    CHECK(centre.post("/v1/reports", json::parse(text).dump(), pc.certificate).status == 200);
    CHECK(Reports{centre.database}.newest(pc.device_id)->body == text);
    CHECK(Reports{centre.database}.list(pc.device_id, 10).size() == 1);

    json other = json::parse(text);
    other["trigger"] = "manual";
    const HttpResponse differs = centre.post("/v1/reports", other.dump(), pc.certificate);
    CHECK(differs.status == 409);
    CHECK(error_of(differs) == "report_differs");
}

TEST_CASE("a report may come in format 2 and again in format 1: it is the same") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    Report report = report_of(pc, start, good_facts(start, start));
    report.facts.push_back({"host.os_name", "", Unknown{reasons::timed_out(20)}, ""});
    CHECK(centre.post("/v1/reports", report_text(report, 2), pc.certificate).status == 201);
    CHECK(centre.post("/v1/reports", report_text(report, 1), pc.certificate).status == 200);
    CHECK(Reports{centre.database}.newest(pc.device_id)->body == report_text(report, 2));
    const json heartbeat = {{"agent_version", "1"},
                            {"facts_hash", facts_hash(report.facts)},
                            {"report_id", report.report_id},
                            {"outbox_depth", 0}};
    CHECK(body_of(centre.post("/v1/heartbeat", heartbeat.dump(), pc.certificate)) ==
          json{{"want_report", false}, {"report_format", 2}, {"report_encoding", "deflate"}});
}

TEST_CASE("reports that are not one are refused with the place") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    json report = to_json(report_of(pc, start, good_facts(start, start)));
    report["facts"][3]["value"] = json::array();
    const HttpResponse bad = centre.post("/v1/reports", report.dump(), pc.certificate);
    CHECK(bad.status == 400);
    CHECK(error_of(bad) == "bad_report");
    CHECK(body_of(bad).at("message").get<std::string>().find("facts[3]") != std::string::npos);
    const HttpResponse large = centre.post("/v1/reports", std::string((1u << 20) + 1, ' '), pc.certificate);
    CHECK(large.status == 413);
    CHECK(error_of(large) == "too_large");
    CHECK(Reports{centre.database}.list(pc.device_id, 10).empty());
}

TEST_CASE("a device reports for itself only") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Pc other = centre.enrolled_pc();
    const HttpResponse answer = centre.post("/v1/reports", to_json(report_of(other, start, {})).dump(), pc.certificate);
    CHECK(answer.status == 403);
    CHECK(error_of(answer) == "wrong_device");
    CHECK(Reports{centre.database}.list(other.device_id, 10).empty());
    // Two PCs may use the same report id.
    Report same = report_of(pc, start, {});
    CHECK(centre.post("/v1/reports", to_json(same).dump(), pc.certificate).status == 201);
    same.device_id = other.device_id;
    CHECK(centre.post("/v1/reports", to_json(same).dump(), other.certificate).status == 201);
}

TEST_CASE("every call but enrolment needs a certificate that this centre issued") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    Pc forged = pc;
    // Signed by the right CA, but not handed out by this database.
    forged.certificate = sign_client_request(authority(), make_signing_request(pc.key, pc.device_id), pc.device_id,
                                             start, std::chrono::days{1});
    for (const char* path : {"/v1/reports", "/v1/heartbeat", "/v1/renew"}) {
        CAPTURE(path);
        const HttpResponse none = centre.post(path, "{}");
        CHECK(none.status == 401);
        CHECK(error_of(none) == "certificate_required");
        const HttpResponse unknown = centre.post(path, "{}", forged.certificate);
        CHECK(unknown.status == 403);
        CHECK(error_of(unknown) == "certificate_unknown");
    }
    CHECK(Enrolments{centre.database}.revoke_device(pc.device_id, start));
    for (const char* path : {"/v1/reports", "/v1/heartbeat", "/v1/renew"}) {
        CAPTURE(path);
        const HttpResponse revoked = centre.post(path, "{}", pc.certificate);
        CHECK(revoked.status == 403);
        CHECK(error_of(revoked) == "device_revoked");
    }
    CHECK(error_of(centre.enrol(pc, centre.add_token())) == "device_revoked");
}

TEST_CASE("a connection that stays open does not outlive its PC's right to it") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const HttpRequest kept = asks_for_commands(pc);
    CHECK(centre.agents.handle(kept).status == 200);
    centre.now = start + std::chrono::days{365};
    CHECK(error_of(centre.agents.handle(kept)) == "certificate_ended");
    centre.now -= std::chrono::seconds{1};
    CHECK(centre.agents.handle(kept).status == 200);
    CHECK(Enrolments{centre.database}.revoke_device(pc.device_id, start));
    CHECK(error_of(centre.agents.handle(kept)) == "device_revoked");
}

TEST_CASE("a PC is looked up once for a connection, and again when one was revoked") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Pc other = centre.enrolled_pc();
    const HttpRequest kept = asks_for_commands(pc);
    CHECK(centre.agents.handle(kept).status == 200);
    CHECK(*kept.admitted == Revocations{centre.database}.count());
    centre.database.writer().run("DELETE FROM certificates WHERE device_id = $1", pc.device_id);
    CHECK(centre.agents.handle(kept).status == 200);
    CHECK(error_of(centre.agents.handle(asks_for_commands(pc))) == "certificate_unknown");

    const HttpRequest kept_by_other = asks_for_commands(other);
    CHECK(centre.agents.handle(kept_by_other).status == 200);
    CHECK(Enrolments{centre.database}.revoke_device(other.device_id, start));
    CHECK(error_of(centre.agents.handle(kept_by_other)) == "device_revoked");
    CHECK(error_of(centre.agents.handle(kept)) == "certificate_unknown");
}

TEST_CASE("what another process revokes is refused on open connections as well") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const HttpRequest kept = asks_for_commands(pc);
    CHECK(centre.agents.handle(kept).status == 200);
    {
        // As a process does that this one is not told of.
        sql::Database another{centre.database.source()};
        sql::Writer writer = another.writer();
        CHECK(revoke_device(writer, pc.device_id, start));
    }
    const auto given_up = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    HttpResponse answer = centre.agents.handle(kept);
    while (answer.status == 200 && std::chrono::steady_clock::now() < given_up) {
        std::this_thread::yield();
        answer = centre.agents.handle(kept);
    }
    CHECK(error_of(answer) == "device_revoked");
}

TEST_CASE("a PC whose certificate has ended renews by its key, and nobody else does") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Pc other = centre.enrolled_pc();
    centre.now += std::chrono::days{400};
    const auto renew = [&](const std::string& device_id, const std::string& key) {
        return centre.post(
            "/v1/renew",
            json{{"device_id", device_id}, {"signing_request", make_signing_request(key, device_id)}}.dump());
    };
    const HttpResponse renewed = renew(pc.device_id, pc.key);
    REQUIRE(renewed.status == 200);
    const CertificateInfo info = inspect_certificate(body_of(renewed).at("certificate").get<std::string>());
    CHECK(info.common_name == pc.device_id);
    CHECK(info.not_after > centre.now);
    CHECK(Enrolments{centre.database}.knows_certificate(pc.device_id, info.sha256));
    CHECK(error_of(renew(pc.device_id, other.key)) == "wrong_key");
    CHECK(error_of(renew("00000000-0000-0000-0000-000000000000", pc.key)) == "wrong_key");
    CHECK(Enrolments{centre.database}.revoke_device(pc.device_id, centre.now));
    CHECK(error_of(renew(pc.device_id, pc.key)) == "device_revoked");
}

TEST_CASE("another device's certificate opens nothing of this one") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Pc other = centre.enrolled_pc();
    CHECK(inspect_certificate(other.certificate).common_name == other.device_id);
    CHECK_FALSE(
        Enrolments{centre.database}.knows_certificate(pc.device_id, inspect_certificate(other.certificate).sha256));
}

TEST_CASE("a heartbeat asks for the report when its facts are new") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Report report = report_of(pc, start, good_facts(start, start));
    const auto beat = [&](const std::string& hash, const std::string& report_id) {
        return centre.post(
            "/v1/heartbeat",
            json{{"agent_version", "0.2.0"}, {"facts_hash", hash}, {"report_id", report_id}, {"outbox_depth", 3}}
                .dump(),
            pc.certificate);
    };
    CHECK(body_of(beat(facts_hash(report.facts), report.report_id)).at("want_report") == true);
    CHECK(body_of(beat("", "")).at("want_report") == false);
    REQUIRE(centre.post("/v1/reports", to_json(report).dump(), pc.certificate).status == 201);
    CHECK(Devices{centre.database}.find(pc.device_id)->confirmed_at == start);
    centre.now += std::chrono::hours{1};
    CHECK(body_of(beat(std::string(64, 'a'), report.report_id)).at("want_report") == true);
    CHECK(Devices{centre.database}.find(pc.device_id)->confirmed_at == start);
    CHECK(body_of(beat(facts_hash(report.facts), report.report_id)).at("want_report") == false);
    // Those of an older report are known, too.
    REQUIRE(centre.post("/v1/reports", to_json(report_of(pc, centre.now, {})).dump(), pc.certificate).status == 201);
    CHECK(body_of(beat(facts_hash(report.facts), report.report_id)).at("want_report") == false);
    CHECK(body_of(beat(facts_hash({}), report.report_id)).at("want_report") == false);
    const Device device = Devices{centre.database}.find(pc.device_id).value();
    CHECK(device.confirmed_at == centre.now);
    CHECK(device.last_seen_at == centre.now);
    CHECK(device.agent_version == "0.2.0");
    CHECK(device.outbox_depth == 3);
    CHECK(error_of(centre.post("/v1/heartbeat", "{}", pc.certificate)) == "bad_request");
    CHECK(error_of(centre.post("/v1/heartbeat",
                               R"({"agent_version":"1","facts_hash":"","report_id":"","outbox_depth":-1})",
                               pc.certificate)) == "bad_request");
}

TEST_CASE("a renewal may bring a new key, and the keys before it stay good") {
    Centre centre;
    Pc pc = centre.enrolled_pc();
    centre.now += std::chrono::days{300};
    const auto renew = [&](const std::string& key, const std::string& certificate) {
        return centre.post(
            "/v1/renew",
            json{{"device_id", pc.device_id}, {"signing_request", make_signing_request(key, "whatever")}}.dump(),
            certificate);
    };
    const Pc before = pc;
    pc.key = make_private_key();
    // The answer may be lost: whoever asks again has the old key still.
    for (int attempt = 0; attempt < 2; ++attempt) {
        const HttpResponse right = renew(pc.key, before.certificate);
        REQUIRE(right.status == 200);
        pc.certificate = body_of(right).at("certificate").get<std::string>();
    }
    CHECK(inspect_certificate(pc.certificate).public_key_sha256 == private_key_public_sha256(pc.key));
    CHECK(centre.post("/v1/reports", to_json(report_of(pc, start, {})).dump(), before.certificate).status == 201);
    // Both are this PC's when the certificates have ended, and an enrolment's; a stranger's is neither.
    centre.now += std::chrono::days{400};
    CHECK(renew(before.key, "").status == 200);
    CHECK(renew(pc.key, "").status == 200);
    CHECK(error_of(renew(make_private_key(), "")) == "wrong_key");
    CHECK(Enrolments{centre.database}.knows_key(pc.device_id, private_key_public_sha256(pc.key)));
    CHECK_FALSE(Enrolments{centre.database}.knows_key(pc.device_id, private_key_public_sha256(make_private_key())));
}

TEST_CASE("a renewed certificate has a year of its own") {
    Centre centre;
    Pc pc = centre.enrolled_pc();
    centre.now += std::chrono::days{300};
    const HttpResponse right = centre.post(
        "/v1/renew", json{{"signing_request", make_signing_request(pc.key, "whatever")}}.dump(), pc.certificate);
    REQUIRE(right.status == 200);
    pc.certificate = body_of(right).at("certificate").get<std::string>();
    const CertificateInfo info = inspect_certificate(pc.certificate);
    CHECK(info.common_name == pc.device_id);
    CHECK(info.not_after == centre.now + std::chrono::days{365});
    CHECK(centre.post("/v1/reports", to_json(report_of(pc, start, {})).dump(), pc.certificate).status == 201);
}

TEST_CASE("unknown addresses and methods have their own errors") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    CHECK(centre.post("/v1/nothing", "{}", pc.certificate).status == 404);
    CHECK(error_of(centre.post("/api/v1/units", "{}", pc.certificate)) == "not_found");
    HttpRequest request;
    request.method = "GET";
    request.target = "/v1/reports";
    request.client_certificate = shown(pc.certificate);
    CHECK(centre.agents.handle(request).status == 405);
    request.client_certificate = nullptr;
    request.target = "/healthz?x=1";
    CHECK(centre.agents.handle(request).status == 200);
}

TEST_CASE("an error inside the centre stays in its log", "[sqlite]") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    SQLite::Database{centre.folder.path() / "central.db", SQLite::OPEN_READWRITE}.exec(
        "ALTER TABLE devices RENAME TO gone");
    const HttpResponse answer = centre.post("/v1/renew?secret", "{}", pc.certificate);
    CHECK(answer.status == 500);
    CHECK(error_of(answer) == "internal_error");
    CHECK(centre.log.back().starts_with("POST /v1/renew: "));
    CHECK(answer.body.find(centre.log.back().substr(16)) == std::string::npos);
}

TEST_CASE("without room on the disk reports are refused for later, and heartbeats are taken") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    bool room = false;
    const AgentApi agents{centre.database,
                          centre.policy,
                          {.authority = authority(),
                           .clock = [&] { return centre.now; },
                           .log = [](const std::string&) {},
                           .has_room = [&] { return room; }}};
    const auto post = [&](const char* path, std::string body) {
        return agents.handle(posted(pc, path, std::move(body)));
    };
    const std::string report = to_json(report_of(pc, start, good_facts(start, start))).dump();
    const HttpResponse refused = post("/v1/reports", report);
    CHECK(refused.status == 503);
    CHECK(error_of(refused) == "disk_full");
    CHECK(std::stoi(refused.headers.at("Retry-After")) >= 600);
    CHECK(post("/v1/heartbeat", R"({"agent_version":"1","facts_hash":"","report_id":"","outbox_depth":1})").status ==
          200);
    room = true;
    CHECK(post("/v1/reports", report).status == 201);
}

TEST_CASE("a PC has a quota of reports, and others have theirs") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    const Pc other = centre.enrolled_pc();
    const AgentApi agents{centre.database,
                          centre.policy,
                          {.authority = authority(),
                           .clock = [&] { return centre.now; },
                           .log = [](const std::string&) {},
                           .device_quota = {.reports_per_hour = 1, .mebibytes_per_day = 1}}};
    const auto send = [&](const Pc& who, std::size_t blanks = 0) {
        const Report report = report_of(who, centre.now, good_facts(centre.now, centre.now));
        return agents.handle(posted(who, "/v1/reports", to_json(report).dump() + std::string(blanks, ' ')));
    };
    for (int report = 0; report < 20; ++report) REQUIRE(send(pc).status == 201);
    const HttpResponse refused = send(pc);
    CHECK(refused.status == 429);
    CHECK(error_of(refused) == "too_many_reports");
    CHECK(refused.headers.at("Retry-After") == "3600");
    centre.now += std::chrono::hours{1};
    CHECK(send(pc).status == 201);

    CHECK(send(other, 700'000).status == 201);
    const HttpResponse large = send(other, 700'000);
    CHECK(large.status == 429);
    CHECK(std::stoi(large.headers.at("Retry-After")) > 3 * 3600);
    CHECK(send(other).status == 201);
}
