// A measured load: ramp, measuring, rest, and whether what was acknowledged is there.
#include <algorithm>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "reporting/fleet/fleet_pc.h"

namespace wardwatch {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t facts_pool = 256;
constexpr seconds patience{30};        ///< for those that do not connect
constexpr seconds rest_patience{180};  ///< longer than a PC waits before it connects again, and what it then sends

class Load {
public:
    Load(const FleetOptions& options, const LoadOptions& load, const FleetState& state)
        : options_(options),
          load_(load),
          world_(options, load, state.pcs.begin()->second.identity.ca_pem, state.began, facts_pool) {
        std::vector<const KnownPc*> known;
        known.reserve(state.pcs.size());
        for (const auto& [number, pc] : state.pcs) known.push_back(&pc);
        const auto all = static_cast<std::int64_t>(known.size());
        const std::int64_t count = options.pcs > 0 ? options.pcs : std::max<std::int64_t>(all - options.first, 1);
        for (std::int64_t number = options.first; number < options.first + count; ++number)
            pcs_.push_back(std::make_unique<FleetPc>(world_, pcs_.size(), make_simulated_pc(number),
                                                     *known[static_cast<std::size_t>(number % all)]));
        world_.result.pcs = world_.pc_count = pcs_.size();
    }

    FleetResult run() {
        world_.result.watched_idle = figures_of(load_.watch);
        ramp_up();
        measure();
        rest();
        if (!load_.acknowledged.empty()) write_acknowledged();
        if (load_.verify) verify();
        return world_.result;
    }

private:
    void ramp_up() {
        const SteadyTime began = Clock::now();
        world_.begins = began + load_.ramp;
        const auto count = static_cast<double>(pcs_.size());
        for (std::size_t i = 0; i < pcs_.size(); ++i)
            pcs_[i]->start(began + std::chrono::duration_cast<Clock::duration>(
                                       std::chrono::duration<double>{load_.ramp} * (static_cast<double>(i) / count)));
        const bool keeps =
            load_.back_to_back != BackToBack::connections && load_.back_to_back != BackToBack::handshakes;
        const SteadyTime latest = began + load_.ramp + patience;
        world_.loop.run_until([&] {
            const SteadyTime now = Clock::now();
            const bool there = keeps ? world_.open == pcs_.size() : world_.tried == pcs_.size();
            return now >= latest || (there && now >= began + load_.ramp);
        });
        world_.result.ramp = Clock::now() - began;
    }

    void measure() {
        options_.say("measuring");
        world_.phase = FleetWorld::Phase::measuring;
        world_.result.watched_began = figures_of(load_.watch);
        const SteadyTime began = Clock::now();
        const SteadyTime end = began + load_.measured;
        SteadyTime cut = load_.power_cut ? began + *load_.power_cut : SteadyTime::max();
        SteadyTime away = SteadyTime::max();
        world_.loop.run_until([&] {
            const SteadyTime now = Clock::now();
            if (now >= cut) {
                away = now;
                cut = SteadyTime::max();
                cut_power(now);
            } else if (away != SteadyTime::max() && all_open()) {
                world_.result.back = now - away;
                away = SteadyTime::max();
            }
            return now >= end && (away == SteadyTime::max() || now >= end + patience);
        });
        world_.phase = FleetWorld::Phase::at_rest;
        world_.result.measured = Clock::now() - began;
        world_.result.watched_ended = figures_of(load_.watch);
        world_.result.connected = world_.open;
        world_.result.own_private_kib = figures_of({getpid()}).private_kib;
    }

    bool all_open() const {
        return std::all_of(pcs_.begin(), pcs_.end(), [](const auto& pc) { return pc->is_open() || pc->is_dead(); });
    }

    void cut_power(SteadyTime now) {
        options_.say("power cut");
        Dice dice{options_.seed, "power"};
        const auto within = std::chrono::duration_cast<milliseconds>(load_.back_within).count();
        for (const auto& pc : pcs_) pc->cut_power(now + milliseconds{dice.between(1, std::max<long>(within, 1))});
    }

    // What was begun is brought to its end; the dead stay dead.
    void rest() {
        wait_for([](const FleetPc& pc) { return pc.is_dead() || pc.is_done(); }, rest_patience);
        for (const auto& pc : pcs_)
            if (!pc->is_dead()) world_.result.unsent += pc->unsent();
    }

    void write_acknowledged() const {
        std::ofstream out{load_.acknowledged};
        for (const AcknowledgedReport& one : world_.acknowledged) {
            const FleetPc& pc = *pcs_[one.pc];
            out << pc.known().device_id << "\t" << pc.report_id(one.report) << "\n";
        }
        out.close();
        if (!out) throw std::runtime_error("The file " + load_.acknowledged.string() + " cannot be written.");
    }

    void verify() {
        for (const AcknowledgedReport& one : world_.acknowledged) pcs_[one.pc]->check_report(one.report);
        const std::uint64_t before = world_.result.acknowledged;
        wait_for([](const FleetPc& pc) { return pc.is_done(); }, std::chrono::minutes{10});
        const FleetResult& result = world_.result;
        world_.result.verified = result.known + result.lost + result.different == before;
    }

    template <class Condition>
    void wait_for(Condition condition, seconds longest) {
        const SteadyTime latest = Clock::now() + longest;
        SteadyTime next_look{};
        world_.loop.run_until([&] {
            const SteadyTime now = Clock::now();
            if (now < next_look) return false;
            next_look = now + milliseconds{20};  // a look at all costs more than a round of the loop
            return now >= latest ||
                   std::all_of(pcs_.begin(), pcs_.end(), [&](const auto& pc) { return condition(*pc); });
        });
    }

    const FleetOptions& options_;
    const LoadOptions& load_;
    FleetWorld world_;
    std::vector<std::unique_ptr<FleetPc>> pcs_;
};

}  // namespace

FleetResult load_fleet(const FleetOptions& options, const LoadOptions& load) {
    const Instant now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
    const FleetState state = read_fleet_state(options.state, options.months, now);
    if (state.pcs.empty()) throw std::runtime_error("There is no PC to run; prepare some first.");
    return Load{options, load, state}.run();
}

}  // namespace wardwatch
