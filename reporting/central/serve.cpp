// The verb serve: what it announces, and its log.
#include "reporting/central/serve.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>

#include "reporting/central/api/roles.h"
#include "reporting/central/http/endpoint.h"
#include "reporting/central/operation/housekeeping.h"
#include "reporting/central/people/ldap.h"
#include "reporting/central/people/password.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/running_centre.h"

namespace wardwatch {

namespace {

constexpr const char* administrator = "admin";

/// One line per event, UTC, `level=`, then the message; line breaks in what others sent cannot forge a line.
Log make_log(const std::filesystem::path& file) {
    auto logger =
        file.empty() ? spdlog::stderr_logger_mt("central") : spdlog::basic_logger_mt("central", file.string());
    logger->set_pattern("%Y-%m-%dT%H:%M:%SZ level=%l %v", spdlog::pattern_time_type::utc);
    logger->flush_on(spdlog::level::info);
    return [logger](const std::string& message) {
        std::string line = message;
        std::replace_if(
            line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
        logger->info("{}", line);
    };
}

/// What a service prints is in the journal, for everybody who may read that, as long as it is kept.
bool shown_to_a_person() { return isatty(STDOUT_FILENO) != 0; }

/// The first administrator's password; empty when there are users already. What nobody would see here is in the data
/// folder before there is an administrator who needs it.
std::string make_administrator(sql::Database& database, const DataFolder& folder) {
    const std::vector<User> users = Users{database}.all();
    if (!users.empty()) {
        const bool is_wanted = std::any_of(users.begin(), users.end(), [](const User& each) {
            return each.name == administrator && each.must_change_password;
        });
        if (!is_wanted) folder.forget_first_password();
        return "";
    }
    const std::string password = random_password();
    if (!shown_to_a_person()) folder.keep_first_password(password);
    Users{database}.add({administrator, hash_password(password), Role::administrator, std::nullopt, true},
                        system_now());
    return password;
}

void announce(const Cli& cli, const CentreAddresses& at, const DataFolder& folder, const std::string& password) {
    nlohmann::json machine = {
        {"agents_url", at.agents_url}, {"people_url", at.people_url}, {"ca_sha256", at.ca_sha256}};
    std::string human = cli.say("Địa chỉ cho máy trạm:  ", "For the PCs' agents:  ") + at.agents_url + "\n" +
                        cli.say("Trang web:             ", "Web page:             ") + at.people_url + "\n" +
                        cli.say("CA, SHA-256:           ", "CA, SHA-256:          ") + at.ca_sha256 + "\n";
    if (!password.empty()) {
        machine["user"] = administrator;
        human += cli.say("Đăng nhập:             ", "Login:                ") + administrator + "\n";
        if (shown_to_a_person()) {
            machine["password"] = password;
            human += cli.say("Mật khẩu (chỉ hiện một lần): ", "Password (shown once): ") + password + "\n";
        } else {
            const std::string file = folder.first_password().string();
            machine["password_file"] = file;
            human += cli.say("Mật khẩu nằm trong tệp: ", "Password, in the file: ") + file + "\n";
        }
    }
    cli.print(machine, human);
}

}  // namespace

void serve(const Cli& cli, const CentralConfig& config) {
    parse_endpoint(config.agents);
    parse_endpoint(config.people);
    if (const std::string problem = ldap_problem(config.ldap); !problem.empty()) throw UsageError(problem);
    const DataFolder folder = cli.folder();
    folder.make();
    const Log log = make_log(config.log);
    RunningCentre centre{config, folder, log};
    watch_for_stop_signal();
    // The password only when all else went well: a start that failed has used up none that is shown once.
    centre.listen([&](sql::Database& database, const CentreAddresses& addresses) {
        announce(cli, addresses, folder, make_administrator(database, folder));
    });
    log("started version=" WARDWATCH_VERSION " data=" + folder.path().string());
    centre.run();
    log("stopped");
}

void add_serve_verb(CLI::App& app, Cli& cli, const CentralConfig& config) {
    const auto options = std::make_shared<CentralConfig>();
    CLI::App* verb = app.add_subcommand("serve", cli.say("Chạy trung tâm", "Run the centre"));
    verb->add_option(
            "--agents", options->agents,
            cli.say("Địa chỉ:cổng cho máy trạm; mọi giao diện mạng", "Address:port for the PCs; all interfaces"))
        ->capture_default_str();
    verb->add_option(
            "--people", options->people,
            cli.say("Địa chỉ:cổng của trang web; mặc định chỉ máy này mở được, 0.0.0.0:8444 để mở cho mạng nội bộ",
                    "Address:port of the page; only this machine by default, 0.0.0.0:8444 opens it to the network"))
        ->capture_default_str();
    verb->add_option(
        "--name", options->names,
        cli.say("Tên hoặc địa chỉ IP mà máy trạm dùng để gọi trung tâm, ghi vào chứng chỉ (lặp lại được)",
                "Name or IP address under which PCs call the centre, written into its certificate (repeatable)"));
    verb->add_option("--silent-after", options->silent_after_days,
                     cli.say("Sau bao nhiêu ngày không có tin thì coi là mất liên lạc",
                             "Days without news after which a PC is silent"))
        ->capture_default_str()
        ->check(CLI::Range(1, 366));
    verb->add_option("--log", options->log,
                     cli.say("Ghi nhật ký vào tệp", "Log to this file instead of standard error"));
    verb->callback([&cli, &config, options, verb] {
        cli.chosen = [&cli, &config, options, verb] {
            // What the command line says wins over the configuration.
            CentralConfig chosen = config;
            const auto said = [verb](const char* name) { return verb->count(name) > 0; };
            if (said("--agents")) chosen.agents = options->agents;
            if (said("--people")) chosen.people = options->people;
            if (said("--name")) chosen.names = options->names;
            if (said("--silent-after")) chosen.silent_after_days = options->silent_after_days;
            if (said("--log")) chosen.log = options->log;
            serve(cli, chosen);
        };
    });
}

}  // namespace wardwatch
