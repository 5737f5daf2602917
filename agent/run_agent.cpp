#include "agent/run_agent.h"

#include <optional>
#include <random>
#include <stdexcept>
#include <utility>

#include "agent/agent.h"
#include "agent/command_channel.h"
#include "agent/config.h"
#include "agent/log.h"
#include "agent/service/console.h"
#include "agent/service/protected_files.h"
#include "agent/store/store.h"
#include "reporting/tls/pki.h"

namespace wardwatch {
namespace {

Instant system_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

Centre connect_by_settings(const std::filesystem::path& folder) {
    const Config config = load_config(folder).config;
    if (config.collector_url.empty())
        throw std::runtime_error("collector_url is missing in " + utf8(folder / "config.json") +
                                 ": enrol this PC again");
    return make_centre(config.collector_url);
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
    ports.open_store = [folder, log, limit = config.outbox_max_mib << 20](const std::string& known_damage) {
        StoreOptions options;
        options.folder = folder;
        options.limit_bytes = limit;
        options.may_set_aside = true;
        options.known_damage = known_damage;
        options.warn = [log](const std::string& text) { log->warn("{}", text); };
        return std::make_unique<Store>(options, system_now());
    };
    ports.connect = [folder] { return connect_by_settings(folder); };
    ports.take_report = scan_this_pc;
    ports.wake = [wakeup] { wakeup->wake(); };
    ports.requests = std::make_shared<ScanRequests>(ports.wake);
    ports.log = log;
    return ports;
}

void loop(Agent& agent, const std::stop_token& stop, Wakeup& wakeup) {
    while (!stop.stop_requested()) {
        const Wait wait = agent.step();
        if (wait > Wait(0)) wakeup.wait(stop, wait);
    }
}

}  // namespace

ServiceExit run_agent(const std::filesystem::path& folder, const std::stop_token& stop,
                      const std::shared_ptr<Wakeup>& wakeup, bool console) {
    std::optional<FolderLock> only_one;
    try {
        protect_folder(folder);
        only_one = FolderLock::try_acquire(folder);
    } catch (const std::exception& error) {
        print_error(std::string("wardwatch: ") + error.what() + "\n");
        return ServiceExit::data_folder;
    }
    if (!only_one) {
        print_error("wardwatch: another wardwatch runs on the data folder " + utf8(folder) + "\n");
        return ServiceExit::already_running;
    }
    const LoadedConfig loaded = load_config(folder);
    const std::shared_ptr<spdlog::logger> log = make_log(folder, loaded.config.log_level, console);
    log->info("wardwatch {} starts", WARDWATCH_VERSION);
    for (const std::string& problem : loaded.problems) log->warn("{}", problem);
    try {
        const Config& config = loaded.config;
        const AgentSettings settings{config.scan_interval, config.heartbeat_interval, config.startup_spread,
                                     official_hosts(config.official_hosts)};
        AgentPorts ports = real_ports(folder, config, wakeup, log);
        start_command_channel(folder, config.startup_spread,
                              {ports.steady, random_numbers(), ports.connect, ports.requests, log}, stop);
        Agent agent(settings, IdentityFiles(folder), std::move(ports));
        loop(agent, stop, *wakeup);
    } catch (const std::exception& error) {
        log->error("wardwatch ends: {}", error.what());
        return ServiceExit::unexpected;
    }
    log->info("wardwatch stops");
    return ServiceExit::stopped;
}

}  // namespace wardwatch
