// What the doctor sees of a centre, well or not, and what it advises.
#include "reporting/central/operation/doctor.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "collectors/core/unique_resource.h"
#include "reporting/central/operation/disk_room.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
namespace fs = std::filesystem;

namespace {

struct SocketTraits {
    static int none() { return -1; }
    static void release(int descriptor) noexcept { close(descriptor); }
};

/// A port of the loopback that this test has, or has had.
class Port {
public:
    Port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(bind(socket_.get(), any, size) == 0);
        REQUIRE(listen(socket_.get(), 1) == 0);
        REQUIRE(getsockname(socket_.get(), any, &size) == 0);
        number_ = ntohs(address.sin_port);
    }
    void give_back() { socket_.reset(); }
    std::uint16_t number() const { return number_; }
    std::string text() const { return "127.0.0.1:" + std::to_string(number_); }

private:
    UniqueResource<int, SocketTraits> socket_;
    std::uint16_t number_ = 0;
};

struct Patient {
    TemporaryFolder parent;
    DataFolder folder{parent.path() / "data"};
    Port agents;
    Port people;
    CentralConfig config;

    Patient() {
        folder.make();
        folder.prepare(start);
        { const sql::Database made{folder.database()}; }
        folder.server_certificate({"localhost"}, start);
        config.file = "/etc/wardwatch/central.json";
        config.agents = agents.text();
        config.people = people.text();
        agents.give_back();
        people.give_back();
    }

    std::vector<Finding> examined(Instant now = start) const { return examine(config, folder, now); }

    Finding finding(const std::string& check, Instant now = start) const {
        for (const Finding& finding : examined(now)) {
            if (finding.check == check) return finding;
        }
        FAIL("no finding of " << check);
        return {};
    }

    void change_database(const std::string& statement) const {
        SQLite::Database{folder.database(), SQLite::OPEN_READWRITE}.exec(statement);
    }
};

std::vector<std::string> names_of(const std::vector<Finding>& findings) {
    std::vector<std::string> names;
    for (const Finding& finding : findings) names.push_back(finding.check);
    return names;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a centre that is well is said to be", "[operation]") {
    const Patient patient;
    const std::vector<Finding> findings = patient.examined();
    CHECK(names_of(findings) == std::vector<std::string>{"configuration", "data_folder", "database", "disk_space",
                                                         "ca_certificate", "server_certificate", "clock", "api_tokens",
                                                         "agents_port", "people_port"});
    CHECK(all_well(findings));
    for (const Finding& finding : findings) {
        CAPTURE(finding.check, finding.found.en);
        CHECK_FALSE(finding.found.vi.empty());
        if (finding.check == "disk_space") continue;  // this machine's
        CHECK(finding.health == Health::ok);
        CHECK(finding.advice.en.empty());
    }
    CHECK(patient.finding("configuration").found.en == "/etc/wardwatch/central.json");
    CHECK(patient.finding("ca_certificate").found.en == "ends 2036-11-22");
    CHECK(patient.finding("clock").found.en == "2026-11-22T03:00:00Z");
    CHECK(patient.finding("people_port").found.en == patient.config.people + ": free");
    CHECK(patient.finding("people_port").found.vi == patient.config.people + ": còn trống");
    CHECK(holds(patient.finding("disk_space").found.en, " MiB free"));
    CHECK(holds(patient.finding("database").found.en, "sound, schema "));
}

TEST_CASE("a data folder that others may read, or that is not there, is all that is looked at", "[operation][sqlite]") {
    const Patient patient;
    const fs::path path = patient.folder.path();
    fs::permissions(path, fs::perms{0750});
    CHECK(names_of(patient.examined()) == std::vector<std::string>{"configuration", "data_folder"});
    Finding finding = patient.finding("data_folder");
    CHECK(finding.health == Health::problem);
    CHECK(finding.advice.en == "chmod 700 " + path.string() + ", owned by the user who runs the centre.");
    CHECK_FALSE(all_well(patient.examined()));

    fs::permissions(path, fs::perms{0700});
    fs::permissions(patient.folder.database(), fs::perms{0640});
    finding = patient.finding("data_folder");
    CHECK(finding.health == Health::problem);
    CHECK(finding.found.en == "others may read " + patient.folder.database().string());
    CHECK(finding.advice.vi == "chmod 600 " + patient.folder.database().string());

    fs::remove_all(path);
    finding = patient.finding("data_folder");
    CHECK(finding.health == Health::problem);
    CHECK(finding.found.en == path.string() + " cannot be opened");
}

TEST_CASE("a damaged database, and one of a newer program, are told from a sound one", "[operation][sqlite]") {
    Patient patient;
    patient.change_database("PRAGMA user_version = 9999");
    Finding finding = patient.finding("database");
    CHECK(finding.health == Health::problem);
    CHECK(holds(finding.found.en, "written by a newer program, schema 9999/"));
    CHECK(holds(finding.found.vi, "do chương trình mới hơn ghi, cấu trúc 9999/"));
    CHECK(finding.advice.en == "Install the newer program again, or restore the backup made before it was installed.");

    std::ofstream{patient.folder.database(), std::ios::binary} << std::string(4096, 'x');
    finding = patient.finding("database");
    CHECK(finding.health == Health::problem);
    CHECK(holds(finding.found.en, "not a database"));
}

TEST_CASE("tokens that end because nobody owns them are named before they do", "[operation][sqlite]") {
    const Patient patient;
    CHECK(patient.finding("api_tokens").found.en == "each token has an owner");
    const std::string end = std::to_string((start + days{30}).time_since_epoch().count());
    patient.change_database(
        "INSERT INTO service_accounts(name, owner_needed_by, created_by, created_at) VALUES ('grafana', " + end +
        ", 'upgrade', 1), ('unused', " + end +
        ", 'upgrade', 1); INSERT INTO api_tokens(id, name, sha256, role, created_by, created_at, expires_at, "
        "service_account) VALUES ('1', 'grafana', 'x', 'auditor', 'cli', 1, 99999999999, 'grafana')");
    const Finding finding = patient.finding("api_tokens");
    CHECK(finding.health == Health::warning);
    CHECK(finding.found.en == "without an owner: grafana; their tokens end on 2026-12-22");
    CHECK(finding.found.vi == "chưa có chủ sở hữu: grafana; mã mất quyền từ 2026-12-22");
    CHECK(holds(finding.advice.en, "service-account owner NAME USER"));
}

TEST_CASE("certificates are watched before they end", "[operation]") {
    const Patient patient;
    const Instant server_ends = inspect_certificate(patient.folder.kept_server_certificate()).not_after;
    CHECK(patient.finding("server_certificate", server_ends - days{30}).health == Health::ok);
    CHECK(patient.finding("server_certificate", server_ends - days{29}).health == Health::warning);
    CHECK(patient.finding("server_certificate", server_ends).health == Health::warning);
    const Finding over = patient.finding("server_certificate", server_ends + hours{1});
    CHECK(over.health == Health::problem);
    CHECK(over.found.en == "ends " + format_instant(server_ends).substr(0, 10));
    CHECK(over.advice.en == "Restart the centre: certificates are renewed at a start and daily.");

    const Instant ca_ends = inspect_certificate(patient.folder.authority_certificate()).not_after;
    CHECK(patient.finding("ca_certificate", ca_ends - days{29}).health == Health::warning);
    CHECK(patient.finding("ca_certificate", ca_ends + hours{1}).health == Health::problem);
}

TEST_CASE("without a server certificate it is said what makes one", "[operation][sqlite]") {
    const TemporaryFolder parent;
    const DataFolder folder{parent.path() / "data"};
    folder.make();
    folder.prepare(start);
    { const sql::Database made{folder.database()}; }
    const std::vector<Finding> findings = examine({}, folder, start);
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [](const Finding& finding) { return finding.check == "server_certificate"; });
    REQUIRE(found != findings.end());
    CHECK(found->health == Health::problem);
    CHECK(found->advice.en == "Start the centre once: it makes the certificate.");
    CHECK(findings.front().found.en == "-");  // no configuration
}

TEST_CASE("a clock before the newest report was set back", "[operation][sqlite]") {
    const Patient patient;
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    REQUIRE(centre.post("/v1/reports", to_json(report_of(pc, start, good_facts(start, start))).dump(), pc.certificate)
                .status == 201);
    fs::remove(patient.folder.database());
    SQLite::Database{centre.folder.path() / "central.db"}.exec("VACUUM INTO '" + patient.folder.database().string() +
                                                               "'");
    fs::permissions(patient.folder.database(), fs::perms{0600});
    CHECK(patient.finding("clock", start - minutes{5}).health == Health::ok);
    const Finding back = patient.finding("clock", start - minutes{6});
    CHECK(back.health == Health::problem);
    CHECK(back.found.en == "2026-11-22T02:54:00Z: before the newest report");
    CHECK(holds(back.advice.en, "timedatectl"));
}

TEST_CASE("a port is well when it is free, or when the running centre has it", "[operation]") {
    Patient patient;
    const Port taken;
    patient.config.agents = taken.text();
    Finding finding = patient.finding("agents_port");
    CHECK(finding.health == Health::problem);
    CHECK(finding.found.en == taken.text() + ": another program uses it");
    {
        const ServeLock running{patient.folder.path()};
        finding = patient.finding("agents_port");
        CHECK(finding.health == Health::ok);
        CHECK(finding.found.en == taken.text() + ": the centre serves it");
        finding = patient.finding("people_port");
        CHECK(finding.health == Health::warning);
        CHECK(finding.found.en == patient.config.people + ": the running centre uses another port");
        patient.config.people = "127.0.0.1:0";
        CHECK(patient.finding("people_port").health == Health::ok);
    }
    patient.config.people = "localhost";
    finding = patient.finding("people_port");
    CHECK(finding.health == Health::problem);
    CHECK(holds(finding.found.en, "no address and port"));
    CHECK(finding.advice.en == "Write 0.0.0.0:8443.");
}

TEST_CASE("servers for mail and syslog that do not answer are named", "[operation]") {
    Patient patient;
    Port nobody;
    nobody.give_back();
    SmtpOptions smtp;
    smtp.host = "127.0.0.1";
    smtp.port = nobody.number();
    smtp.from = "centre@office.example";
    patient.config.smtp = smtp;
    SyslogOptions syslog;
    syslog.host = "127.0.0.1";
    syslog.port = nobody.number();
    patient.config.syslog = syslog;
    const Finding mail = patient.finding("mail");
    CHECK(mail.health == Health::problem);
    CHECK(holds(mail.found.en, "The mail server " + nobody.text()));
    CHECK(holds(mail.advice.en, "\"smtp\""));
    const Finding log = patient.finding("syslog");
    CHECK(log.health == Health::problem);
    CHECK(holds(log.found.en, "The syslog server " + nobody.text()));
    CHECK_FALSE(all_well(patient.examined()));
}

TEST_CASE("a running centre looks at what it needs to go on", "[operation][sqlite]") {
    const Patient patient;
    const sql::Database database{patient.folder.database()};
    std::vector<Finding> findings = look_at_running(database, patient.folder, start);
    CHECK(names_of(findings) == std::vector<std::string>{"database_writable", "disk_space", "ca_certificate"});
    CHECK(findings.at(0).health == Health::ok);
    CHECK(findings.at(0).found.en == "writable");
    CHECK(findings.at(2).health == Health::ok);

    // More than any disk has.
    findings = look_at_running(database, patient.folder, start, std::uintmax_t{1} << 60);
    CHECK(findings.at(1).health == Health::problem);
    CHECK_FALSE(all_well(findings));

    const Instant ca_ends = inspect_certificate(patient.folder.authority_certificate()).not_after;
    CHECK(look_at_running(database, patient.folder, ca_ends + hours{1}).at(2).health == Health::problem);
    fs::remove(patient.folder.path() / "ca.crt");
    findings = look_at_running(database, patient.folder, start);
    CHECK(findings.at(2).health == Health::problem);
    CHECK(holds(findings.at(2).found.en, "ca.crt"));
    CHECK_FALSE(all_well(findings));
}

TEST_CASE("the disk's room is asked for now and then, and what it means is said once") {
    std::uintmax_t free = least_free_space;
    int asked = 0;
    std::vector<std::string> log;
    DiskRoom room(
        [&] {
            ++asked;
            return free;
        },
        [&](const std::string& line) { log.push_back(line); });
    const DiskRoom::SteadyTime start{std::chrono::hours{1}};
    CHECK(room.enough(start));
    free = least_free_space - 1;
    CHECK(room.enough(start + std::chrono::milliseconds{4999}));
    CHECK(asked == 1);
    CHECK_FALSE(room.enough(start + std::chrono::seconds{5}));
    CHECK_FALSE(room.enough(start + std::chrono::seconds{10}));
    free = std::uintmax_t{1} << 40;
    CHECK(room.enough(start + std::chrono::seconds{15}));
    REQUIRE(log.size() == 2);
    CHECK(log[0] == "no reports are taken: the disk has 255 MiB free; make room on it");
    CHECK(log[1] == "reports are taken again: the disk has 1048576 MiB free");
}
