// A centre in a temporary folder, and a PC that speaks to it without sockets.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reporting/central/enrolment/store.h"
#include "reporting/central/intake/agent_api.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/people_api.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"
#include "reporting/tls/pki.h"
#include "reporting/tls/sealing.h"
#include "reporting/wire/report_json.h"
#include "tests/reporting/central/test_database.h"

namespace wardwatch::test {

inline const Instant start = parse_instant("2026-11-22T03:00:00Z");
inline const ChangedBy by_test{"test", start};

class TemporaryFolder {
public:
    TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("wardwatch-central-" + random_hex(8))) {
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Made once: keys cost time under the sanitizers.
inline const KeyAndCertificate& authority() {
    static const KeyAndCertificate made = make_authority("Test CA", start, std::chrono::days{3653});
    return made;
}

struct Pc {
    std::string device_id = random_uuid();
    std::string key = make_private_key();
    std::string certificate;
};

/// What a listener tells of a client with this certificate.
inline std::shared_ptr<const CertificateInfo> shown(const std::string& certificate) {
    if (certificate.empty()) return nullptr;
    return std::make_shared<const CertificateInfo>(inspect_certificate(certificate));
}

class Centre {
public:
    TemporaryFolder folder;
    sql::Database database{stored(folder.path() / "central.db")};
    Instant now = start;
    std::vector<std::string> log;
    const Sealing sealing = Sealing::fresh();
    CurrentPolicy policy{database};
    AgentApi agents{database,
                    policy,
                    {authority(),
                     std::chrono::days{365},
                     1u << 20,
                     [this] { return now; },
                     logger(),
                     nullptr,
                     nullptr,
                     {},
                     {},
                     "the test centre's key of hardware"}};
    std::int64_t unit = Units{database}.add("Phường Bến Thành", std::nullopt, by_test);

    Log logger() {
        return [this](const std::string& line) { log.push_back(line); };
    }

    std::string add_token(std::int64_t uses = 1, std::chrono::seconds life = std::chrono::hours{24}) {
        const std::string token = random_hex(16);
        Enrolments{database}.add_token(sha256_hex(token), unit, uses, now, now + life);
        return token;
    }

    HttpResponse post(const std::string& path, const std::string& body, const std::string& certificate = "") const {
        HttpRequest request;
        request.method = "POST";
        request.target = path;
        request.headers["Content-Type"] = "application/json";
        request.body = body;
        request.remote_address = "10.0.0.9";
        request.client_certificate = shown(certificate);
        return agents.handle(request);
    }

    HttpResponse enrol(const Pc& pc, const std::string& token) const {
        return post("/v1/enroll", nlohmann::json{{"token", token},
                                                 {"device_id", pc.device_id},
                                                 {"signing_request", make_signing_request(pc.key, pc.device_id)},
                                                 {"host_name", "PC-01"},
                                                 {"agent_version", "0.1.0"}}
                                      .dump());
    }

    HttpResponse poll(const Pc& pc, const std::vector<std::string>& has = {}, int wait = 0) const {
        return post("/v1/commands", nlohmann::json{{"wait_seconds", wait}, {"has", has}}.dump(), pc.certificate);
    }
    /// The PC's news about a command.
    HttpResponse tell(const Pc& pc, const std::string& id, const nlohmann::json& news) const {
        return post("/v1/commands/" + id, news.dump(), pc.certificate);
    }

    Pc enrolled_pc() {
        Pc pc;
        const HttpResponse answer = enrol(pc, add_token());
        REQUIRE(answer.status == 200);
        pc.certificate = nlohmann::json::parse(answer.body).at("certificate").get<std::string>();
        return pc;
    }
};

inline nlohmann::json body_of(const HttpResponse& response) { return nlohmann::json::parse(response.body); }
inline std::string error_of(const HttpResponse& response) {
    const nlohmann::json body = body_of(response);
    return body.value("code", body.value("error", ""));
}

/// Facts that pass everything when `password_changed` is recent: one account, an antivirus, a strict password policy.
inline Facts good_facts(Instant password_changed, Instant now) {
    const std::string who = "an.nguyen";
    return {{"accounts.enabled_human", "", std::int64_t{1}, "netapi"},
            {"accounts.ever_logged_on", who, true, "netapi"},
            {"accounts.kind", who, std::string{"local"}, "netapi"},
            {"accounts.last_logon_at", who, now, "netapi"},
            {"accounts.password_changed_at", who, password_changed, "netapi"},
            {"accounts.password_ever_set", who, true, "netapi"},
            {"accounts.password_logon", who, true, "netapi"},
            {"accounts.password_never_expires", who, false, "netapi"},
            {"accounts.password_not_required", who, false, "netapi"},
            {"antivirus.definitions_current", "Bkav Pro", true, "wsc"},
            {"antivirus.licence_expires_at", "Bkav Pro", now + std::chrono::days{300}, "wsc"},
            {"antivirus.licensed_with_windows", "Bkav Pro", false, "wsc"},
            {"antivirus.products", "", std::int64_t{1}, "wsc"},
            {"antivirus.state", "Bkav Pro", std::string{"on"}, "wsc"},
            {"browser_credentials.profiles", "", std::int64_t{0}, "file"},
            {"password_policy.complexity", "", true, "netapi"},
            {"password_policy.maximum_age_days", "", std::int64_t{90}, "netapi"},
            {"password_policy.minimum_length", "", std::int64_t{12}, "netapi"},
            {"password_policy.passwords_expire", "", true, "netapi"}};
}

inline Report report_of(const Pc& pc, Instant taken_at, Facts facts) {
    return {random_uuid(), pc.device_id, "0.1.0", "schedule", taken_at, std::move(facts)};
}

}  // namespace wardwatch::test
