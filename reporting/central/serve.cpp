// Puts the running centre together: database, policy, APIs, listeners, threads.
#include "reporting/central/serve.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/sql/setting_store.h"

#include <sys/resource.h>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/ip/host_name.hpp>
#include <latch>
#include <thread>

#include "reporting/central/commands/waits.h"
#include "reporting/central/enrolment/install_command.h"
#include "reporting/central/http/endpoint.h"
#include "reporting/central/http/listener.h"
#include "reporting/central/intake/agent_api.h"
#include "reporting/central/integration/integration.h"
#include "reporting/central/operation/doctor.h"
#include "reporting/central/operation/housekeeping.h"
#include "reporting/central/operation/periodic_tasks.h"
#include "reporting/central/operation/retention.h"
#include "reporting/central/people/password.h"
#include "reporting/central/reports/schedules.h"
#include "reporting/central/people_api.h"
#include "reporting/central/serve_duties.h"

namespace wardwatch {

namespace {

/// For imports; a JSON body has at most 64 KiB (body_object).
constexpr std::uint64_t people_body_limit = 16u << 20;
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

/// The name that this machine calls itself; empty when it tells none.
std::string own_name() {
    boost::system::error_code error;
    std::string name = boost::asio::ip::host_name(error);
    return error ? "" : name;
}

bool is_wildcard(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

/// The given names first, then the machine's own, without repeats.
std::vector<std::string> certificate_names(const CentralConfig& config) {
    std::vector<std::string> names = config.names;
    for (const std::string& address : {parse_endpoint(config.agents).address, parse_endpoint(config.people).address}) {
        if (!is_wildcard(address)) names.push_back(address);
    }
    for (const std::string& name : {own_name(), std::string{"localhost"}, std::string{"127.0.0.1"}}) {
        if (!name.empty()) names.push_back(name);
    }
    std::vector<std::string> unique;
    for (const std::string& name : names) {
        if (std::find(unique.begin(), unique.end(), name) == unique.end()) unique.push_back(name);
    }
    return unique;
}

std::string url_of(const Endpoint& endpoint, std::uint16_t port, const std::vector<std::string>& names) {
    const std::string host = is_wildcard(endpoint.address) ? names.front() : endpoint.address;
    const bool ipv6 = host.find(':') != std::string::npos;
    return "https://" + (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// The first administrator's password; empty when there are users already.
std::string make_administrator(sql::Database& database) {
    if (!Users{database}.all().empty()) return "";
    const std::string password = random_password();
    Users{database}.add({administrator, hash_password(password), Role::administrator, std::nullopt, true},
                        system_now());
    return password;
}

/// The monthly ones that are due.
void mail_reports(sql::Database& database, const CurrentPolicy& policy, const CentralConfig& config, const Log& log) {
    if (!config.smtp) return;
    const View view{database, policy.get().policy, system_now(), std::chrono::days{config.silent_after_days}};
    send_reports(
        view, database, false, [&](const Mail& mail) { send_mail(*config.smtp, mail); },
        [&](std::int64_t schedule, const std::string& why) {
            log("report not sent schedule=" + std::to_string(schedule) + ": " + why);
        });
}

/// Opens the gate also when something throws: requests that wait at it would keep the server from ending.
struct OpenAtEnd {
    std::latch& gate;
    ~OpenAtEnd() { gate.count_down(); }
};

void announce(const Cli& cli, const std::string& agents_url, const std::string& people_url,
              const std::string& ca_sha256, const std::string& password) {
    nlohmann::json machine = {{"agents_url", agents_url}, {"people_url", people_url}, {"ca_sha256", ca_sha256}};
    std::string human = cli.say("Địa chỉ cho máy trạm:  ", "For the PCs' agents:  ") + agents_url + "\n" +
                        cli.say("Trang web:             ", "Web page:             ") + people_url + "\n" +
                        cli.say("CA, SHA-256:           ", "CA, SHA-256:          ") + ca_sha256 + "\n";
    if (!password.empty()) {
        machine["user"] = administrator;
        machine["password"] = password;
        human += cli.say("Đăng nhập:             ", "Login:                ") + administrator + "\n" +
                 cli.say("Mật khẩu (chỉ hiện một lần): ", "Password (shown once): ") + password + "\n";
    }
    cli.print(machine, human);
}

}  // namespace

// A connection is a descriptor; many systems begin at 1,024 and allow far more. Without the right to it, as it was.
// Returns how many descriptors there may be.
std::size_t allow_many_connections() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return static_cast<std::size_t>(setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before);
}

// Each PC that waits for a command holds a connection. What is left over is for those that have something to say.
constexpr std::size_t most_agent_connections = 16'384;
std::size_t most_waiting(std::size_t connections) { return connections - connections / 4; }

IntegrationOptions integration_options(const CentralConfig& config, const CurrentPolicy& policy, const Log& log) {
    return {policy,
            system_now,
            log,
            own_name(),
            config.webhook_ca_file,
            config.smtp,
            config.syslog,
            config.digests,
            std::chrono::days{config.silent_after_days}};
}

void forget_old(sql::Database& database, const RetentionRules& rules, const Log& log) {
    const Forgotten forgotten = apply_retention(database, rules, system_now());
    if (forgotten.reports + forgotten.verdict_changes + forgotten.dead_letters == 0) return;
    log("forgotten reports=" + std::to_string(forgotten.reports) + " verdict_changes=" +
        std::to_string(forgotten.verdict_changes) + " dead_letters=" + std::to_string(forgotten.dead_letters));
}

void serve(const Cli& cli, const CentralConfig& config) {
    const Endpoint agents_endpoint = parse_endpoint(config.agents);
    const Endpoint people_endpoint = parse_endpoint(config.people);
    const std::chrono::days silent_after{config.silent_after_days};
    const std::size_t descriptors = allow_many_connections();
    // Some are needed for the database, the people and the log.
    const std::size_t agent_connections = std::clamp<std::size_t>(descriptors, 256, most_agent_connections + 128) - 128;
    if (const std::string problem = ldap_problem(config.ldap); !problem.empty()) throw UsageError(problem);
    const DataFolder folder = cli.folder();
    folder.make();
    const ServeLock lock{folder.path()};
    const Instant started_at = system_now();
    folder.prepare(started_at);
    sql::Database database{folder.database()};
    const Log log = make_log(config.log);
    CurrentPolicy policy{database};
    const std::vector<std::string> names = certificate_names(config);
    ServedCertificates certificates{folder, names, started_at};
    RequestMeter meter;

    CommandWaits waits{most_waiting(agent_connections)};
    AgentApi agents{
        database, policy, {certificates.authority(), std::chrono::days{365}, 1u << 20, system_now, log, &waits}};
    PeopleApiOptions people_options{silent_after, {}, system_now, log, [&waits](const auto& ids) { waits.ring(ids); }};
    people_options.probes.metrics = [&](const View& view) {
        return metrics_text(view, meter,
                            {WARDWATCH_VERSION, folder.database(), started_at, certificates.authority_ends(),
                             certificates.server_ends()});
    };
    people_options.probes.readiness = [&](Instant now) { return look_at_running(database, folder, now); };
    people_options.session_limits = {config.session_idle, config.session_longest};
    people_options.directory = config.ldap;
    PeopleApi people{database, policy, people_options};

    Settings{database}.set(silent_after_setting, std::to_string(silent_after.count()));
    watch_for_stop_signal();
    // More threads than cores: while one waits for the disk or hashes a password, others answer.
    Server server{std::max(4U, std::thread::hardware_concurrency())};
    ListenerOptions listener;
    listener.certificate = certificates.server();
    listener.authority_pem = certificates.authority().certificate_pem;
    listener.log_error = log;
    listener.address = people_endpoint.address;
    listener.port = people_endpoint.port;
    listener.body_limit = people_body_limit;
    listener.refuse_large_body = [&people](const HttpRequest& head) { return people.refuse_large_body(head); };
    // Who gets an answer may rely on what was announced, the first password included.
    std::latch announced{1};
    const std::uint16_t people_port =
        server.listen(listener, metered("people", meter, log, config.slow_request, [&](const HttpRequest& request) {
                          announced.wait();
                          return people.handle(request);
                      }));
    listener.address = agents_endpoint.address;
    listener.port = agents_endpoint.port;
    listener.body_limit = ListenerOptions{}.body_limit;
    listener.refuse_large_body = {};
    listener.client_certificates = true;
    listener.connection_limit = agent_connections;
    const std::uint16_t agents_port =
        server.listen(listener, metered("agents", meter, log, config.slow_request, [&](const HttpRequest& request) {
                          announced.wait();
                          return agents.handle_waiting(request);
                      }));
    const std::string agents_url = url_of(agents_endpoint, agents_port, names);
    const std::string ca_sha256 = inspect_certificate(certificates.authority().certificate_pem).sha256;
    Settings{database}.set(agents_url_setting, agents_url);
    Settings{database}.set(ca_sha256_setting, ca_sha256);
    {
        const OpenAtEnd open{announced};
        // Only now: a start that failed has used up no password that is shown once.
        announce(cli, agents_url, url_of(people_endpoint, people_port, names), ca_sha256, make_administrator(database));
    }
    log("started version=" WARDWATCH_VERSION " data=" + folder.path().string());
    const auto ring = [&waits](const std::vector<std::string>& ids) { waits.ring(ids); };
    const Housekeeping housekeeping{database, policy, system_now, log, ring, [&server] { server.stop(); }};
    const CommandWatch command_watch{database, waits, log};
    const auto renew = [&] {
        if (!certificates.renew(system_now())) return;
        agents.replace_authority(certificates.authority());
        server.replace_certificates(certificates.server(), certificates.authority().certificate_pem);
        log("certificates renewed ca_ends=" + format_instant(certificates.authority_ends()) +
            " server_ends=" + format_instant(certificates.server_ends()));
    };
    Integration integration{database, integration_options(config, policy, log)};
    const PeriodicTasks tasks{
        {{"renewing certificates", std::chrono::hours{24}, renew},
         {"forgetting old data", std::chrono::hours{24}, [&] { forget_old(database, config.retention, log); }},
         {"telling webhooks", std::chrono::seconds{2}, [&] { integration.tell_webhooks(); }},
         {"telling syslog", std::chrono::seconds{2}, [&] { integration.tell_syslog(); }},
         {"sending digests", std::chrono::minutes{1}, [&] { integration.send_digests(); }},
         {"sending reports", std::chrono::minutes{5}, [&] { mail_reports(database, policy, config, log); }}},
        log};
    server.run();
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
