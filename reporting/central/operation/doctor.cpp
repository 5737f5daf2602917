// One function for each finding, and the order in which they are shown.
#include "reporting/central/operation/doctor.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "reporting/central/devices/report_store.h"
#include "reporting/central/http/endpoint.h"
#include "reporting/central/operation/disk_room.h"
#include "reporting/central/people/service_account_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/sql/database_file.h"
#include "reporting/central/sql/server_dump.h"

namespace wardwatch {

namespace fs = std::filesystem;
using std::chrono::days;

namespace {

constexpr std::uintmax_t little_space = 1024u << 20;
constexpr days certificate_margin{30};

std::string mebibytes(std::uintmax_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

/// The check as it looks; what it throws is its problem.
template <class Check>
Finding attempt(const std::string& name, const Text& advice, const Check& check) {
    try {
        return check();
    } catch (const std::exception& error) {
        return {name, Health::problem, {error.what(), error.what()}, advice};
    }
}

Finding disk_space(const DataFolder& folder, std::uintmax_t least) {
    const std::uintmax_t free = fs::space(folder.path()).available;
    Finding finding{"disk_space", Health::ok, {"còn trống " + mebibytes(free), mebibytes(free) + " free"}, {}};
    if (free < std::max(little_space, 2 * least)) {
        finding.health = free < least ? Health::problem : Health::warning;
        finding.advice = {"Dọn đĩa chứa " + folder.path().string() + "; khi còn dưới " + mebibytes(least) +
                              ", trung tâm không nhận báo cáo nữa.",
                          "Make room on the disk of " + folder.path().string() + "; below " + mebibytes(least) +
                              " the centre takes no more reports."};
    }
    return finding;
}

Finding certificate_end(const std::string& name, const std::string& pem, Instant now) {
    const Instant ends = inspect_certificate(pem).not_after;
    const auto left = std::chrono::floor<days>(ends - now).count();
    const std::string day = format_instant(ends).substr(0, 10);
    Finding finding{name, Health::ok, {"hết hạn " + day, "ends " + day}, {}};
    if (left >= certificate_margin.count()) return finding;
    finding.health = left < 0 ? Health::problem : Health::warning;
    finding.advice = {"Khởi động lại trung tâm: chứng chỉ được gia hạn khi khởi động và mỗi ngày.",
                      "Restart the centre: certificates are renewed at a start and daily."};
    return finding;
}

Finding certificates(const DataFolder& folder, Instant now) {
    return certificate_end("ca_certificate", folder.authority_certificate(), now);
}

Finding folder_rights(const DataFolder& folder) {
    struct stat what {};
    if (stat(folder.path().c_str(), &what) != 0) {
        return {"data_folder",
                Health::problem,
                {"không mở được " + folder.path().string(), folder.path().string() + " cannot be opened"},
                {"Chạy bằng người dùng chạy trung tâm, hoặc chỉ thư mục khác bằng --data.",
                 "Run as the user who runs the centre, or name another folder with --data."}};
    }
    if ((what.st_mode & 077) != 0 || access(folder.path().c_str(), R_OK | W_OK | X_OK) != 0) {
        return {"data_folder",
                Health::problem,
                {"quyền của thư mục không đúng", "the folder's rights are wrong"},
                {"chmod 700 " + folder.path().string() + ", và chủ sở hữu là người dùng chạy trung tâm.",
                 "chmod 700 " + folder.path().string() + ", owned by the user who runs the centre."}};
    }
    for (const fs::directory_entry& entry : fs::directory_iterator{folder.path()}) {
        if (!entry.is_regular_file() || (entry.status().permissions() & fs::perms{077}) == fs::perms::none) continue;
        const std::string file = entry.path().string();
        return {"data_folder",
                Health::problem,
                {"người khác đọc được " + file, "others may read " + file},
                {"chmod 600 " + file, "chmod 600 " + file}};
    }
    return {"data_folder", Health::ok, {"chỉ chủ sở hữu đọc được", "for its owner alone"}, {}};
}

Finding database_integrity(const DataFolder& folder) {
    const sql::Source source = folder.existing_database();
    const sql::FileCheck check =
        source.is_server() ? sql::check_server(source.server()) : sql::check_file(source.file(), sql::Access::read);
    const std::string steps = std::to_string(check.schema) + "/" + std::to_string(check.known_schema);
    if (!check.problem.empty() && source.is_server()) {
        return {"database",
                Health::problem,
                {check.problem, check.problem},
                {"Sửa \"database\", hoặc tạo lại cơ sở dữ liệu, như docs/operations.md hướng dẫn.",
                 "Correct \"database\", or make the database, as docs/operations.md shows it."}};
    }
    if (!check.problem.empty()) {
        return {"database",
                Health::problem,
                {check.problem + ", cấu trúc " + steps, check.problem + ", schema " + steps},
                {"Dừng trung tâm và khôi phục bản sao lưu gần nhất: `restore`.",
                 "Stop the centre and restore the newest backup: `restore`."}};
    }
    if (source.is_server() && check.schema <= check.known_schema) {
        const std::string shown = source.shown() + ", ";
        return {"database", Health::ok, {shown + "cấu trúc " + steps, shown + "schema " + steps}, {}};
    }
    if (check.schema > check.known_schema) {
        return {"database",
                Health::problem,
                {"do chương trình mới hơn ghi, cấu trúc " + steps, "written by a newer program, schema " + steps},
                {"Cài lại chương trình mới hơn, hoặc khôi phục bản sao lưu làm trước khi cài nó.",
                 "Install the newer program again, or restore the backup made before it was installed."}};
    }
    return {"database", Health::ok, {"nguyên vẹn, cấu trúc " + steps, "sound, schema " + steps}, {}};
}

/// What `backup` needs beside the server.
Finding backup_program() {
    const fs::path program = sql::server_program("pg_dump");
    if (!program.empty()) return {"backup_program", Health::ok, {program.string(), program.string()}, {}};
    return {"backup_program",
            Health::warning,
            {"máy này không có pg_dump", "pg_dump is not on this machine"},
            {"Cài gói postgresql-client, không cũ hơn máy chủ: `backup` và `restore` cần nó.",
             "Install the package postgresql-client, not older than the server: `backup` and `restore` need it."}};
}

/// A port is well when we could have it, or when the running centre has it.
Finding port_check(const std::string& name, const std::string& text, bool served) {
    const Endpoint endpoint = parse_endpoint(text);
    const bool taken = !can_listen(endpoint);
    if (served == taken || endpoint.port == 0) {
        return {name,
                Health::ok,
                {text + (taken ? ": trung tâm đang phục vụ" : ": còn trống"),
                 text + (taken ? ": the centre serves it" : ": free")},
                {}};
    }
    if (taken) {
        return {name,
                Health::problem,
                {text + ": chương trình khác đang dùng", text + ": another program uses it"},
                {"Tắt chương trình đó (ss -ltnp cho biết) hoặc đổi cổng trong cấu hình.",
                 "End that program (ss -ltnp names it) or choose another port in the configuration."}};
    }
    return {name,
            Health::warning,
            {text + ": trung tâm chạy với cổng khác", text + ": the running centre uses another port"},
            {"Ghi cổng thật vào cấu hình.", "Write the real port into the configuration."}};
}

/// A clock that lies before what the database holds was set back.
Finding clock_check(const DataFolder& folder, Instant now) {
    const Reports reports{sql::Database::to_read(folder.existing_database())};
    const Instant newest = reports.newest_received().value_or(Instant{});
    const std::string shown = format_instant(now);
    if (newest <= now + std::chrono::minutes{5}) return {"clock", Health::ok, {shown, shown}, {}};
    return {"clock",
            Health::problem,
            {shown + ": trước báo cáo mới nhất", shown + ": before the newest report"},
            {"Đặt lại giờ máy (timedatectl) và bật đồng bộ NTP.", "Set the clock (timedatectl) and let NTP keep it."}};
}

/// Tokens that end although nobody revoked them: an upgrade gave them an account, and nobody has taken it.
Finding token_owners(const DataFolder& folder, Instant now) {
    const sql::Database database = sql::Database::to_read(folder.existing_database());
    std::string names;
    std::optional<Instant> first;
    for (const ServiceAccount& account : ServiceAccounts{database}.all(now)) {
        if (!account.owner_needed_by || account.tokens == 0) continue;
        names += (names.empty() ? "" : ", ") + account.name;
        first = std::min(first.value_or(*account.owner_needed_by), *account.owner_needed_by);
    }
    if (!first) return {"api_tokens", Health::ok, {"mọi mã có chủ sở hữu", "each token has an owner"}, {}};
    const std::string day = format_instant(*first).substr(0, 10);
    return {"api_tokens",
            Health::warning,
            {"chưa có chủ sở hữu: " + names + "; mã mất quyền từ " + day,
             "without an owner: " + names + "; their tokens end on " + day},
            {"Giao cho một người: `service-account owner TÊN NGƯỜI-DÙNG`.",
             "Give each to a person: `service-account owner NAME USER`."}};
}

}  // namespace

std::vector<Finding> look_at_running(sql::Database database, const DataFolder& folder, Instant now,
                                     std::uintmax_t least_free) {
    std::vector<Finding> findings;
    const Text make_room{"Xem nhật ký và đĩa.", "Look at the log and the disk."};
    findings.push_back(attempt("database_writable", make_room, [&]() -> Finding {
        sql::Writer writer = database.writer();
        const sql::Transaction taken_back{writer};
        return {"database_writable", Health::ok, {"ghi được", "writable"}, {}};
    }));
    findings.push_back(attempt("disk_space", make_room, [&] { return disk_space(folder, least_free); }));
    findings.push_back(attempt("ca_certificate", make_room, [&] { return certificates(folder, now); }));
    return findings;
}

std::vector<Finding> examine(const CentralConfig& config, const DataFolder& folder, Instant now) {
    std::vector<Finding> findings;
    const Text look{"Xem lại tệp cấu hình và thư mục dữ liệu.", "Look at the configuration and the data folder."};
    const std::string file = config.file.empty() ? std::string{"-"} : config.file.string();
    findings.push_back({"configuration", Health::ok, {file, file}, {}});
    findings.push_back(attempt("data_folder", look, [&] { return folder_rights(folder); }));
    if (findings.back().health != Health::ok) return findings;
    findings.push_back(attempt("database", look, [&] { return database_integrity(folder); }));
    if (folder.has_server()) findings.push_back(attempt("backup_program", look, backup_program));
    findings.push_back(
        attempt("disk_space", look, [&] { return disk_space(folder, config.least_free_mebibytes << 20); }));
    findings.push_back(attempt("ca_certificate", look, [&] { return certificates(folder, now); }));
    const Text start_once{"Khởi động trung tâm một lần: cơ sở dữ liệu được nâng cấp.",
                          "Start the centre once: the database is brought up to date."};
    const Text start{"Khởi động trung tâm một lần: nó tạo chứng chỉ.",
                     "Start the centre once: it makes the certificate."};
    findings.push_back(attempt("server_certificate", start, [&] {
        return certificate_end("server_certificate", folder.kept_server_certificate(), now);
    }));
    findings.push_back(attempt("clock", look, [&] { return clock_check(folder, now); }));
    findings.push_back(attempt("api_tokens", start_once, [&] { return token_owners(folder, now); }));
    const bool served = ServeLock::is_held(folder.path());
    const Text port{"Viết 0.0.0.0:8443.", "Write 0.0.0.0:8443."};
    findings.push_back(attempt("agents_port", port, [&] { return port_check("agents_port", config.agents, served); }));
    findings.push_back(attempt("people_port", port, [&] { return port_check("people_port", config.people, served); }));
    if (config.smtp) {
        const Text advice{"Kiểm tra mục smtp, tường lửa và chứng chỉ của máy chủ thư.",
                          "Check \"smtp\", the firewall and the mail server's certificate."};
        findings.push_back(attempt("mail", advice, [&]() -> Finding {
            check_mail_server(*config.smtp);
            return {"mail", Health::ok, {"máy chủ thư trả lời", "the mail server answers"}, {}};
        }));
    }
    if (config.syslog) {
        const Text advice{"Kiểm tra mục syslog, tường lửa và chứng chỉ của máy chủ.",
                          "Check \"syslog\", the firewall and the server's certificate."};
        findings.push_back(attempt("syslog", advice, [&]() -> Finding {
            send_syslog(*config.syslog, {syslog_line({6, now, "doctor", {}, "wardwatch-central doctor"}, "")});
            return {"syslog", Health::ok, {"máy chủ nhật ký trả lời", "the syslog server answers"}, {}};
        }));
    }
    return findings;
}

bool all_well(const std::vector<Finding>& findings) {
    return std::none_of(findings.begin(), findings.end(),
                        [](const Finding& finding) { return finding.health == Health::problem; });
}

}  // namespace wardwatch
