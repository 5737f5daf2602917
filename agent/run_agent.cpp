// Puts the real agent together: ports, log, threads and the loop, and what is said when it cannot start.
#include "agent/run_agent.h"

#include <optional>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "agent/commands/command_channel.h"
#include "agent/control/control.h"
#include "agent/control/control_channel.h"
#include "agent/data_folder/protected_files.h"
#include "agent/enrolment/enrolment.h"
#include "agent/enrolment/hardware_claim.h"
#include "agent/log/error_events.h"
#include "agent/log/event_log.h"
#include "agent/log/log.h"
#include "agent/loop/agent.h"
#include "agent/settings/config.h"
#include "agent/store/store.h"
#include "agent/system/console.h"
#include "agent/update/restart.h"
#include "agent/watch/change_watch.h"
#include "agent/watch/system_watch.h"
#include "reporting/tls/pki.h"

namespace wardwatch {
namespace {

Instant system_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

Centre connect_by_settings(const std::filesystem::path& folder, const std::shared_ptr<HttpsConnection>& kept) {
    const Config config = load_config(folder).config;
    if (config.collector_url.empty())
        throw std::runtime_error("the setting collector_url is missing: enrol this PC again");
    return make_centre(config.collector_url, proxy_finder(config.proxy, config.collector_url), kept);
}

std::function<double()> random_numbers() {
    return [generator = std::make_shared<std::mt19937_64>(std::random_device{}())] {
        return std::generate_canonical<double, 53>(*generator);
    };
}

AgentPorts real_ports(const std::filesystem::path& folder, const Config& config, const std::shared_ptr<Wakeup>& wakeup,
                      const std::shared_ptr<spdlog::logger>& log) {
    AgentPorts ports;
    ports.now = system_now;
    ports.steady = [] { return std::chrono::steady_clock::now(); };
    ports.random = random_numbers();
    ports.new_uuid = random_uuid;
    ports.hardware = hardware_claim(read_hardware());
    ports.open_store = [folder, log, limit = config.outbox_max_mib << 20](const std::string& known_damage) {
        StoreOptions options;
        options.folder = folder;
        options.limit_bytes = limit;
        options.may_set_aside = true;
        options.known_damage = known_damage;
        options.warn = [log](const std::string& text) { log->warn("{}", text); };
        return std::make_unique<Store>(options, system_now());
    };
    ports.enrolment_is_ordered = [folder] { return enrolment_is_ordered(folder); };
    ports.enrol = [folder] { enrol_as_ordered(folder); };
    ports.enrol_anew = [folder](const std::string& token) { enrol_anew(folder, token); };
    ports.event = write_event;
    ports.connect = [folder, kept = std::make_shared<HttpsConnection>()] { return connect_by_settings(folder, kept); };
    ports.take_report = scans_of_this_pc();
    ports.wake = [wakeup] { wakeup->wake(); };
    ports.requests = std::make_shared<ScanRequests>(ports.wake);
    ports.journal = std::make_shared<ScanJournal>(folder / "scan_journal.json");
    ports.changes = std::make_shared<ChangeBoard>(ports.wake);
    ports.heartbeats = std::make_shared<HeartbeatBoard>(ports.wake);
    ports.log = log;
    return ports;
}

UpdaterPorts real_updater(const std::filesystem::path& folder, const std::shared_ptr<spdlog::logger>& log) {
    return {WARDWATCH_VERSION, [folder] { return load_config(folder).config.update_signers; },
            inspect_package,   install_package,
            pending_restart,   [] { return std::chrono::steady_clock::now(); },
            random_numbers(),  log};
}

constexpr Wait control_retry = std::chrono::minutes{1};

// The service does its work without the channel, too. What keeps the name taken may end.
void serve_administrators(const std::filesystem::path& folder, const std::stop_token& stop, const ControlPorts& ports,
                          const std::shared_ptr<spdlog::logger>& log) {
    Wakeup nobody;
    std::string said;
    while (!stop.stop_requested()) {
        try {
            serve_control(folder, stop, [&](std::string_view request) { return answer_control(request, ports); });
        } catch (const std::exception& error) {
            if (said != error.what())
                log->error("`wardwatch scan` and `wardwatch status` cannot ask this service: {}", error.what());
            said = error.what();
            nobody.wait(stop, control_retry);
        }
    }
}

void loop(Agent& agent, const std::stop_token& stop, Wakeup& wakeup) {
    while (!stop.stop_requested()) {
        const Wait wait = agent.step();
        if (wait > Wait(0)) wakeup.wait(stop, wait);
    }
}

// Before there is a log; the service manager shows the exit code, the Event Log the sentence.
ServiceExit cannot_start(const std::string& why, ServiceExit exit) {
    print_error("wardwatch: " + why + "\n");
    write_event(Event::error, {"wardwatch " WARDWATCH_VERSION ": " + why});
    return exit;
}

void say_repaired(const std::vector<std::string>& repaired, spdlog::logger& log) {
    if (repaired.empty()) return;
    std::string names;
    for (const std::string& name : repaired) names += (names.empty() ? "" : ", ") + name;
    log.warn("access rights had been loosened and were put back: {}", names);
    write_event(Event::rights_repaired, {names});
}

// What another version's installation, or a person, left otherwise.
void repair_registration(const std::filesystem::path& folder, spdlog::logger& log) {
    try {
        const RepairedService repaired = repair_service(folder);
        for (const std::string& each : repaired.put_back)
            log.warn("the service's setting had been changed and was put back: {}", each);
        for (const std::string& each : repaired.refused)
            log.warn("the service's setting was changed and cannot be put back: {}", each);
    } catch (const std::exception& error) {
        log.warn("the service's settings cannot be compared: {}", error.what());
    }
}

// An upgrade may bring a token again to a PC that needs none.
void forget_needless_token(const std::filesystem::path& folder, spdlog::logger& log) {
    try {
        if (!IdentityFiles(folder).certificate().empty()) forget_enrolment_token();
    } catch (const std::exception& error) {
        log.error("{}", error.what());
    }
}

}  // namespace

ServiceExit run_agent(const std::filesystem::path& folder, const std::stop_token& stop,
                      const std::shared_ptr<Wakeup>& wakeup, bool console) {
    std::optional<FolderLock> only_one;
    std::vector<std::string> repaired;
    try {
        repaired = protect_folder(folder);
        if (repair_enrolment_key()) repaired.emplace_back("HKLM\\SOFTWARE\\Wardwatch\\Enrolment");
        // Somebody who looks whether a service runs holds the lock for that moment.
        only_one = FolderLock::try_acquire(folder, std::chrono::seconds{2});
    } catch (const std::exception& error) {
        return cannot_start(error.what(), ServiceExit::data_folder);
    }
    if (!only_one)
        return cannot_start("another wardwatch runs on the data folder " + utf8(folder), ServiceExit::already_running);
    const LoadedConfig loaded = load_config(folder);
    const std::shared_ptr<spdlog::logger> log = make_log(folder, loaded.config.log_level, console);
    log->sinks().push_back(make_error_event_sink());
    log->info("wardwatch {} starts", WARDWATCH_VERSION);
    write_event(Event::started, {WARDWATCH_VERSION});
    say_repaired(repaired, *log);
    if (!console) repair_registration(folder, *log);
    forget_needless_token(folder, *log);
    for (const std::string& problem : loaded.problems) log->warn("{}", problem);
    try {
        const Config& config = loaded.config;
        const AgentSettings settings{config.scan_interval, config.heartbeat_interval, config.startup_spread,
                                     official_hosts(config.official_hosts), config.disabled_collectors};
        const AgentPorts ports = real_ports(folder, config, wakeup, log);
        start_command_channel(folder, config.startup_spread,
                              {ports.steady, random_numbers(), ports.connect, ports.requests, ports.heartbeats, log,
                               real_updater(folder, log)},
                              stop);
        if (config.watch_changes) start_change_watch(ports.changes, {plan_of_this_pc, ports.now, log}, stop);
        const ControlPorts control{random_uuid(), ports.requests, ports.status};
        Agent agent(settings, IdentityFiles(folder), ports);
        const std::jthread administrators(
            [&](const std::stop_token& enough) { serve_administrators(folder, enough, control, log); });
        loop(agent, stop, *wakeup);
    } catch (const std::exception& error) {
        log->error("wardwatch ends: {}", error.what());
        return ServiceExit::unexpected;
    }
    log->info("wardwatch stops");
    write_event(Event::stopped, {WARDWATCH_VERSION});
    return ServiceExit::stopped;
}

void run_agent_as_service(const std::filesystem::path& folder) {
    run_service([folder](const std::stop_token& stop, const std::shared_ptr<Wakeup>& wakeup,
                         bool foreground) { return run_agent(folder, stop, wakeup, foreground); },
                session_changed);
}

}  // namespace wardwatch
