#include "reporting/fleet/fleet.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "reporting/client/client.h"
#include "reporting/fleet/fleet_pc.h"
#include "reporting/fleet/fleet_state.h"
#include "reporting/fleet/simulated_office.h"
#include "reporting/fleet/simulated_pc.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;
using Pcs = std::vector<std::unique_ptr<FleetPc>>;

constexpr std::uint64_t history = 1'000'000;  ///< its reports' serials, apart from those of `run` and `load`

Instant fleet_now() { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); }

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

const std::string& ca_of(const FleetState& state) {
    if (state.pcs.empty()) throw std::runtime_error("There is no PC to run; prepare some first.");
    return state.pcs.begin()->second.identity.ca_pem;
}

/// Enrols PCs and has them send their history, some at a time.
class Preparation {
public:
    Preparation(const FleetOptions& options, Instant now)
        : options_(options), now_(now), state_(read_fleet_state(options.state, options.months, now)) {}

    FleetResult run() {
        enrol_the_first();
        FleetWorld world{options_, load_, ca_of(state_), state_.began, 0};
        world.phase = FleetWorld::Phase::preparing;
        const SteadyTime began = Clock::now();
        try {
            for (int i = 0; i < options_.workers; ++i) begin_next(world);
            world.loop.run_until([&] { return advance(world) || !world.refusal.empty(); });
        } catch (...) {
            keep();
            throw;
        }
        keep();
        if (!world.refusal.empty()) throw std::runtime_error(world.refusal);
        world.result.measured = Clock::now() - began;
        return world.result;
    }

private:
    // By the agents' own client, which trusts nothing but the fingerprint; the others trust the CA that it brought.
    void enrol_the_first() {
        if (!state_.pcs.empty()) return;
        const Client client{options_.url, "wardwatch-fleet/" + options_.agent_version, seconds{60}};
        const SimulatedPc pc = pc_of(options_, 0);
        EnrolRequest request{token_of(options_, pc), random_uuid(), make_private_key(), pc.host_name,
                             options_.agent_version};
        state_.pcs[0] = {request.device_id, client.enrol(request, options_.ca_sha256), false};
    }

    void begin_next(FleetWorld& world) {
        for (; next_ < options_.count; ++next_) {
            const auto found = state_.pcs.find(next_);
            const KnownPc known = found == state_.pcs.end() ? KnownPc{} : found->second;
            if (known.reported || (options_.months == 0 && !known.device_id.empty())) continue;
            const SimulatedPc pc = pc_of(options_, next_);
            pcs_.push_back(std::make_unique<FleetPc>(world, pcs_.size(), pc, known, token_of(options_, pc)));
            for (int month = 0; month < options_.months; ++month)
                pcs_.back()->add_report({history + static_cast<std::uint64_t>(month), 0,
                                         simulated_report_time(pc, month, options_.months, now_)},
                                        Clock::now());
            working_.push_back(pcs_.back().get());
            pcs_.back()->start(Clock::now());
            ++next_;
            return;
        }
    }

    /// True when all are done.
    bool advance(FleetWorld& world) {
        const auto done = std::partition(working_.begin(), working_.end(), [](FleetPc* pc) { return !pc->is_done(); });
        const auto count = static_cast<std::size_t>(working_.end() - done);
        for (auto pc = done; pc != working_.end(); ++pc) (*pc)->switch_off();
        working_.erase(done, working_.end());
        for (std::size_t i = 0; i < count; ++i) {
            begin_next(world);
            if (++done_ % 25 == 0 || done_ == options_.count)
                options_.say(std::to_string(done_) + " of " + std::to_string(options_.count) + " PCs");
        }
        return working_.empty();
    }

    void keep() {
        for (const auto& pc : pcs_) {
            if (pc->known().device_id.empty()) continue;
            KnownPc known = pc->known();
            known.reported = pc->is_done() && options_.months > 0;
            state_.pcs[pc->pc().number] = known;
        }
        write_fleet_state(options_.state, state_);
    }

    const FleetOptions& options_;
    const LoadOptions load_;
    const Instant now_;
    FleetState state_;
    Pcs pcs_;
    std::vector<FleetPc*> working_;
    std::int64_t next_ = 0;
    std::int64_t done_ = 0;
};

}  // namespace

FleetResult prepare_fleet(const FleetOptions& options, Instant now) { return Preparation{options, now}.run(); }

void run_fleet(const FleetOptions& options) {
    const FleetState state = read_fleet_state(options.state, options.months, fleet_now());
    LoadOptions load;
    load.polls = true;
    FleetWorld world{options, load, ca_of(state), state.began, 0};
    world.daily = true;
    Pcs pcs;
    Dice dice{options.seed, "start"};
    // Not all at once: nobody switches a thousand PCs on in the same second.
    const auto spread = options.connect_within.count() > 0 ? options.connect_within.count() * 1000
                                                           : static_cast<std::int64_t>(state.pcs.size()) * 10;
    for (const auto& [number, known] : state.pcs) {
        if (number < options.first || (options.pcs > 0 && number >= options.first + options.pcs)) continue;
        const SimulatedPc pc = pc_of(options, number);
        if (!pc.silent && !pc.off) pcs.push_back(std::make_unique<FleetPc>(world, pcs.size(), pc, known));
    }
    world.pc_count = pcs.size();
    for (const auto& pc : pcs) pc->start(Clock::now() + milliseconds{dice.between(0, spread)});
    // Where none is meant to be away, those that the centre gave up are waited for: they shake hands again.
    world.loop.run_until([&] { return options.all_connected ? world.open == pcs.size() : world.tried == pcs.size(); });
    options.say("connected " + std::to_string(pcs.size()) + " PCs");
    world.loop.run_until([] { return false; });
    throw std::logic_error("the fleet's loop ended");
}

}  // namespace wardwatch
