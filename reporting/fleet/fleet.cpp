#include "reporting/fleet/fleet.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "reporting/client/client.h"
#include "reporting/client/https.h"
#include "reporting/fleet/fleet_state.h"
#include "reporting/fleet/simulated_office.h"
#include "reporting/fleet/simulated_pc.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

using std::chrono::seconds;

constexpr seconds longest_poll{50};
constexpr std::chrono::hours report_interval{24};

Instant fleet_now() { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); }

Client fleet_client(const FleetOptions& options) {
    return {options.url, "wardwatch-fleet/" + options.agent_version, seconds{60}};
}

SimulatedPc pc_of(const FleetOptions& options, std::int64_t number) {
    SimulatedPc pc = make_simulated_pc(number);
    if (options.all_connected) pc.silent = pc.off = false;
    return pc;
}

std::string token_of(const FleetOptions& options, const SimulatedPc& pc) {
    if (!options.token.empty()) return options.token;
    const std::string& path = simulated_units()[pc.unit].path;
    const auto found = options.tokens.find(path);
    if (found == options.tokens.end()) throw std::runtime_error("There is no token for the unit \"" + path + "\".");
    return found->second;
}

std::string report_text(const FleetOptions& options, const SimulatedPc& pc, const std::string& device_id,
                        const std::string& report_id, const char* trigger, Instant began, Instant at) {
    const Report report{report_id, device_id, options.agent_version,
                        trigger,   at,        simulated_facts(pc, began, at, options.agent_version)};
    return to_json(report).dump();
}

/// Shares the PCs out among threads; the first thing that went wrong is thrown when all have ended.
class Preparation {
public:
    Preparation(const FleetOptions& options, Instant now)
        : options_(options), now_(now), state_(read_fleet_state(options.state, options.months, now)) {}

    void run() {
        std::vector<std::thread> threads;
        threads.reserve(static_cast<std::size_t>(options_.workers));
        for (int i = 0; i < options_.workers; ++i) threads.emplace_back([this] { work(); });
        for (std::thread& thread : threads) thread.join();
        write_fleet_state(options_.state, state_);
        if (problem_) std::rethrow_exception(problem_);
    }

private:
    void work() {
        try {
            while (!failed_) {
                const std::int64_t number = next_++;
                if (number >= options_.count) return;
                prepare(pc_of(options_, number));
            }
        } catch (...) {
            const std::lock_guard lock{mutex_};
            if (!problem_) problem_ = std::current_exception();
            failed_ = true;
        }
    }

    void prepare(const SimulatedPc& pc) {
        KnownPc known = known_as(pc.number);
        if (known.reported) return;
        const Client client = fleet_client(options_);
        if (known.device_id.empty()) {
            EnrolRequest request{token_of(options_, pc), random_uuid(), make_private_key(), pc.host_name,
                                 options_.agent_version};
            known = {request.device_id, client.enrol(request, options_.ca_sha256), false};
            keep(pc.number, known);
        }
        HttpsConnection connection;
        for (int month = 0; month < options_.months; ++month) {
            const Instant at = simulated_report_time(pc, month, options_.months, now_);
            client.send_report(
                connection, known.identity,
                report_text(options_, pc, known.device_id, random_uuid(), "simulated", state_.began, at));
        }
        known.reported = true;
        keep(pc.number, known);
        const std::int64_t done = ++done_;
        if (done % 25 == 0 || done == options_.count)
            options_.say(std::to_string(done) + " of " + std::to_string(options_.count) + " PCs");
    }

    KnownPc known_as(std::int64_t number) {
        const std::lock_guard lock{mutex_};
        const auto found = state_.pcs.find(number);
        return found == state_.pcs.end() ? KnownPc{} : found->second;
    }

    void keep(std::int64_t number, const KnownPc& known) {
        const std::lock_guard lock{mutex_};
        state_.pcs[number] = known;
    }

    const FleetOptions& options_;
    const Instant now_;
    std::mutex mutex_;
    FleetState state_;
    std::exception_ptr problem_;
    std::atomic<bool> failed_{false};
    std::atomic<std::int64_t> next_{0};
    std::atomic<std::int64_t> done_{0};
};

/// One PC that is switched on.
class ConnectedPc {
public:
    ConnectedPc(const FleetOptions& options, const SimulatedPc& pc, const KnownPc& known, Instant began,
                std::int64_t spread_milliseconds)
        : options_(options),
          pc_(pc),
          known_(known),
          began_(began),
          spread_(spread_milliseconds),
          client_(fleet_client(options)) {}

    [[noreturn]] void live() {
        Dice dice{static_cast<std::uint64_t>(pc_.number), "life"};
        // Not all at once: nobody switches a thousand PCs on in the same second.
        std::this_thread::sleep_for(std::chrono::milliseconds{dice.between(0, spread_)});
        Instant next_report = fleet_now() + seconds{dice.between(0, 24 * 3600)};
        while (true) {
            try {
                if (fleet_now() >= next_report) {
                    send_report(random_uuid(), "simulated");
                    next_report = fleet_now() + report_interval;
                }
                for (const ReceivedCommand& command :
                     client_.wait_for_commands(connection_, known_.identity, longest_poll, {})) {
                    obey(command);
                }
            } catch (const std::exception& error) {
                // The centre is away, or has no place for this PC now: as an agent does, later again.
                options_.say(pc_.host_name + ": " + error.what());
                std::this_thread::sleep_for(seconds{dice.between(3, 15)});
            }
        }
    }

private:
    void send_report(const std::string& report_id, const char* trigger) {
        client_.send_report(connection_, known_.identity,
                            report_text(options_, pc_, known_.device_id, report_id, trigger, began_, fleet_now()));
    }

    void obey(const ReceivedCommand& command) {
        if (command.kind != "scan") {
            client_.report_command(known_.identity, command.id,
                                   {CommandReport::State::failed, "", 0, 0, "", "A simulated PC only scans."});
            return;
        }
        const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
        options_.say("told " + pc_.host_name + " " +
                     std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count()));
        static constexpr const char* steps[] = {"host", "antivirus", "browser_credentials"};
        for (std::size_t step = 0; step < std::size(steps) && options_.scan_time.count() > 0; ++step) {
            client_.report_command(known_.identity, command.id,
                                   {CommandReport::State::running, steps[step], step, std::size(steps), "", ""});
            std::this_thread::sleep_for(options_.scan_time / std::size(steps));
        }
        const std::string report_id = random_uuid();
        send_report(report_id, "centre");
        client_.report_command(known_.identity, command.id, {CommandReport::State::done, "", 0, 0, report_id, ""});
    }

    const FleetOptions& options_;
    const SimulatedPc pc_;
    const KnownPc known_;
    const Instant began_;
    const std::int64_t spread_;
    const Client client_;
    HttpsConnection connection_;
};

}  // namespace

void prepare_fleet(const FleetOptions& options, Instant now) { Preparation{options, now}.run(); }

void run_fleet(const FleetOptions& options) {
    const FleetState state = read_fleet_state(options.state, options.months, fleet_now());
    // Each waits in its own long poll all day: a thread costs little where nothing moves, and the client is the
    // agent's.
    std::vector<std::thread> threads;
    threads.reserve(state.pcs.size());
    const auto spread = static_cast<std::int64_t>(state.pcs.size()) * 10;
    for (const auto& [number, known] : state.pcs) {
        const SimulatedPc pc = pc_of(options, number);
        if (pc.silent || pc.off) continue;
        threads.emplace_back([&options, pc, known = known, began = state.began, spread] {
            ConnectedPc connected{options, pc, known, began, spread};
            connected.live();
        });
    }
    options.say("connected " + std::to_string(threads.size()) + " PCs");
    for (std::thread& thread : threads) thread.join();
    throw std::runtime_error("There is no PC to run; prepare some first.");
}

}  // namespace wardwatch
