// Puts the running centre together: database, policy, both APIs, listeners, and the duties on threads of their own.
#include "reporting/central/running_centre.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "reporting/central/cli/cli.h"
#include "reporting/central/daily_tasks.h"
#include "reporting/central/data_folder/shared_authority.h"
#include "reporting/central/enrolment/install_command.h"
#include "reporting/central/http/capacity.h"
#include "reporting/central/http/endpoint.h"
#include "reporting/central/http/forwarded.h"
#include "reporting/central/integration/integration.h"
#include "reporting/central/operation/doctor.h"
#include "reporting/central/operation/housekeeping.h"
#include "reporting/central/operation/memory_return.h"
#include "reporting/central/operation/metered.h"
#include "reporting/central/operation/periodic_tasks.h"
#include "reporting/central/own_names.h"
#include "reporting/central/reports/schedules.h"
#include "reporting/central/sql/news.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/central/stored_secrets.h"

namespace wardwatch {

namespace {

/// For imports; a JSON body has at most 64 KiB (body_object).
constexpr std::uint64_t people_body_limit = 16u << 20;

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
std::size_t most_waiting(std::size_t connections) { return connections - connections / 4; }

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

IntegrationOptions integration_options(const CentralConfig& config, const CurrentPolicy& policy, const Sealing& sealing,
                                       const Log& log) {
    return {policy,
            sealing,
            system_now,
            log,
            own_name(),
            {config.webhook_ca_file, config.webhook_local_hosts},
            config.smtp,
            config.syslog,
            config.digests,
            std::chrono::days{config.silent_after_days},
            config.audit_heads};
}

/// Opens the gate also when something throws: requests that wait at it would keep the server from ending.
struct OpenAtEnd {
    std::latch& gate;
    ~OpenAtEnd() { gate.count_down(); }
};

std::uint64_t memory_of_machine() {
    return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

sql::Database opened(const DataFolder& folder, Instant now) {
    folder.prepare(now);
    return sql::Database{folder.existing_database()};
}

/// The key; with it, all that older programs left open.
Sealing sealed(const DataFolder& folder, sql::Database& database) {
    Sealing sealing = shared_sealing(folder, database);
    folder.seal_authority();
    seal_stored_secrets(database, sealing);
    return sealing;
}

}  // namespace

/// What is done beside answering, each on a thread of its own. Ends before the listeners do.
struct RunningCentre::Duties {
    Housekeeping housekeeping;
    CommandWatch command_watch;
    sql::NewsFromOthers news;
    Integration integration;
    MemoryReturn memory;
    PeriodicTasks tasks;
    // A thread for each that others may keep waiting.
    PeriodicTasks webhooks;
    PeriodicTasks syslog;
    PeriodicTasks mail;

    explicit Duties(RunningCentre& centre)
        : housekeeping{centre.database_, centre.policy_, system_now, centre.log_, [&centre] { centre.stop(); }},
          command_watch{centre.database_, centre.waits_, centre.log_},
          news{centre.database_, centre.log_},
          integration{centre.database_,
                      integration_options(centre.config_, centre.policy_, centre.sealing_, centre.log_)},
          tasks{own_tasks(centre), centre.log_},
          webhooks{
              {on_duty(centre, {"telling webhooks", std::chrono::seconds{2}, [this] { integration.tell_webhooks(); }})},
              centre.log_},
          syslog{{on_duty(centre, {"telling syslog", std::chrono::seconds{2}, [this] { integration.tell_syslog(); }})},
                 centre.log_},
          mail{mail_tasks(centre), centre.log_} {}

    /// Of several centres on one database, one does these. Certificates are each one's own.
    static PeriodicTask on_duty(RunningCentre& centre, PeriodicTask task) {
        task.run = [&centre, run = std::move(task.run)] {
            if (centre.database_.on_duty()) run();
        };
        return task;
    }

    std::vector<PeriodicTask> own_tasks(RunningCentre& centre) {
        std::vector<PeriodicTask> all =
            daily_tasks(centre.database_, centre.folder_, centre.people_, centre.config_.retention, centre.log_);
        all.push_back({"renewing certificates", std::chrono::hours{24}, [&centre] { centre.renew_certificates(); }});
        all.push_back({"giving memory back", std::chrono::seconds{5}, [this] { memory.look(); }});
        return all;
    }

    std::vector<PeriodicTask> mail_tasks(RunningCentre& centre) {
        return {on_duty(centre, {"telling the audit log's head", std::chrono::seconds{10},
                                 [this] { integration.tell_heads(); }}),
                on_duty(centre, {"sending digests", std::chrono::minutes{1}, [this] { integration.send_digests(); }}),
                on_duty(centre, {"sending reports", std::chrono::minutes{5}, [&centre] {
                                     mail_reports(centre.database_, centre.policy_, centre.config_, centre.log_);
                                 }})};
    }
};

RunningCentre::RunningCentre(const CentralConfig& config, DataFolder folder, Log log)
    : config_(config),
      log_(std::move(log)),
      agent_connections_(agent_connections(allow_many_connections(), memory_of_machine())),
      started_at_(system_now()),
      folder_(std::move(folder)),
      lock_(folder_.path()),
      database_(opened(folder_, started_at_)),
      sealing_(sealed(folder_, database_)),
      policy_(database_),
      names_(certificate_names(config)),
      certificates_(folder_, database_, names_, started_at_),
      waits_(most_waiting(agent_connections_)),
      queue_(database_, log_),
      room_(folder_.path(), log_, config_.least_free_mebibytes << 20),
      agents_(database_, policy_,
              {certificates_.authority(),
               std::chrono::days{365},
               1u << 20,
               system_now,
               log_,
               &waits_,
               &queue_,
               config_.device_quota,
               [this] { return room_.enough(); },
               shared_hardware_key(folder_, database_, log_),
               {},
               [this](std::string_view path, const Call& call, const ApiError& error) {
                   people_.add_denial_of_device(path, call, error);
               }}),
      people_(database_, policy_, people_options()),
      // More threads than cores: while one waits for the disk, others answer.
      agents_server_(std::max(4U, std::thread::hardware_concurrency())),
      people_server_(4) {}

PeopleApiOptions RunningCentre::people_options() {
    PeopleApiOptions options{.sealing = sealing_};
    options.silent_after = std::chrono::days{config_.silent_after_days};
    options.clock = system_now;
    options.log = log_;
    options.session_limits = {config_.session_idle, config_.session_longest};
    options.directory = config_.ldap;
    options.webhook_local_hosts = config_.webhook_local_hosts;
    options.open_metrics = config_.open_metrics;
    options.second_factor = {config_.second_factor_roles, since_setting(database_, "second_factor_since", started_at_)};
    options.probes.metrics = [this](const View& view) {
        return metrics_text(view, meter_,
                            {WARDWATCH_VERSION, folder_.database(), started_at_, certificates_.authority_ends(),
                             certificates_.server_ends(), waits_.count()});
    };
    options.probes.readiness = [this](Instant now) {
        return look_at_running(database_, folder_, now, config_.least_free_mebibytes << 20);
    };
    options.takes_reports = [this] { return room_.enough(); };
    return options;
}

ListenerOptions RunningCentre::listener_options(const Endpoint& endpoint) const {
    ListenerOptions options;
    options.certificate = certificates_.server();
    options.authority_pem = certificates_.authority().certificate_pem();
    options.log_error = log_;
    options.address = endpoint.address;
    options.port = endpoint.port;
    options.proxies = Proxies{config_.proxies};
    return options;
}

Handler RunningCentre::gated(const char* listener, Handler handler) {
    return metered(listener, meter_, log_, config_.slow_request,
                   [this, handler = std::move(handler)](const HttpRequest& request) {
                       announced_.wait();
                       return handler(request);
                   });
}

std::uint16_t RunningCentre::listen_to_people(const Endpoint& endpoint) {
    ListenerOptions options = listener_options(endpoint);
    options.body_limit = people_body_limit;
    options.refuse_large_body = [this](const HttpRequest& head) { return people_.refuse_large_body(head); };
    return people_server_.listen(
        options, for_clients(Proxies{config_.forwarding_proxies}, gated("people", [this](const HttpRequest& request) {
                                 return people_.handle_waiting(request);
                             })));
}

std::uint16_t RunningCentre::listen_to_agents(const Endpoint& endpoint) {
    ListenerOptions options = listener_options(endpoint);
    options.client_certificates = true;
    options.connection_limit = agent_connections_;
    options.session_limit = agent_connections_;
    options.refuse_large_body = [this](const HttpRequest& head) { return agents_.refuse_large_body(head); };
    return agents_server_.listen(
        options, gated("agents", [this](const HttpRequest& request) { return agents_.handle_waiting(request); }));
}

void RunningCentre::listen(const std::function<void(sql::Database&, const CentreAddresses&)>& announce) {
    Settings settings{database_};
    settings.set(silent_after_setting, std::to_string(config_.silent_after_days));
    const OpenAtEnd open{announced_};
    const Endpoint people = parse_endpoint(config_.people);
    const Endpoint agents = parse_endpoint(config_.agents);
    const std::uint16_t people_port = listen_to_people(people);
    const std::uint16_t agents_port = listen_to_agents(agents);
    const CentreAddresses addresses{url_of(agents, agents_port, names_), url_of(people, people_port, names_),
                                    inspect_certificate(certificates_.authority().certificate_pem()).sha256};
    settings.set(agents_url_setting, addresses.agents_url);
    settings.set(ca_sha256_setting, addresses.ca_sha256);
    announce(database_, addresses);
}

void RunningCentre::run() {
    const Duties duties{*this};
    agents_server_.run();
    people_server_.run();
}

void RunningCentre::stop() {
    people_server_.stop();
    agents_server_.stop();
}

void RunningCentre::renew_certificates() {
    if (!certificates_.renew(system_now())) return;
    agents_.replace_authority(certificates_.authority());
    for (Server* const server : {&agents_server_, &people_server_})
        server->replace_certificates(certificates_.server(), certificates_.authority().certificate_pem());
    log_("certificates renewed ca_ends=" + format_instant(certificates_.authority_ends()) +
         " server_ends=" + format_instant(certificates_.server_ends()));
}

}  // namespace wardwatch
