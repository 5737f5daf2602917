// What a simulated PC does by itself; what answers make of it stands in fleet_pc_answers.cpp.
#include "reporting/fleet/fleet_pc.h"

#include <sys/epoll.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr seconds handshake_limit{30};
constexpr milliseconds refill_interval{100};

Instant system_now() { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); }

}  // namespace

FleetWorld::FleetWorld(const FleetOptions& chosen, const LoadOptions& load_options, const std::string& ca_pem,
                       Instant began, std::int64_t pool)
    : options(chosen),
      load(load_options),
      target(chosen.url, ca_pem),
      short_heads("Host: " + target.host() + "\r\n"),
      heads(short_heads + "User-Agent: wardwatch-fleet/" + chosen.agent_version + "\r\n"),
      bodies(chosen.seed, began, chosen.agent_version, pool) {
    result.seed = chosen.seed;
}

void FleetWorld::count(Exchange kind, SteadyTime due, bool good) {
    if (phase != Phase::measuring && phase != Phase::preparing) return;
    ExchangeResult& one = result.of(kind);
    if (good)
        one.latency.add(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - due));
    else
        ++one.refused;
}

void FleetWorld::learn_offers(std::string_view answer) {
    if (offers == ReportOffers{2, true} && longest_wait.count() > 0) return;
    const auto says = [&](std::string_view words) { return answer.find(words) != std::string_view::npos; };
    if (says(R"("report_format":2)")) offers.report_format = 2;
    if (says(R"("report_encoding":"deflate")")) offers.takes_deflate = true;
    static constexpr std::string_view wait = R"("longest_wait_seconds":)";
    if (says(wait)) longest_wait = seconds{std::stoi(std::string(answer.substr(answer.find(wait) + wait.size(), 4)))};
}

void FleetWorld::problem(const std::string& host_name, const std::string& what) {
    ++result.problems[what];
    if (daily) options.say(host_name + ": " + what);
    if (phase == Phase::preparing && refusal.empty()) refusal = host_name + ": " + what;
}

FleetPc::FleetPc(FleetWorld& world, std::size_t index, const SimulatedPc& pc, const KnownPc& known, std::string token)
    : world_(world),
      index_(index),
      pc_(pc),
      known_(known),
      token_(std::move(token)),
      dice_(world.options.seed + static_cast<std::uint64_t>(pc.number) * 1'000'003, "load") {
    choose_faults();
}

void FleetPc::choose_faults() {
    const LoadOptions& load = world_.load;
    slow_ = dice_.chance(load.slow_percent);
    dies_ = dice_.chance(load.dead_percent);
    if (dice_.chance(load.skewed_percent))
        clock_error_ = dice_.chance(30) ? -seconds{dice_.between(5 * 365, 10 * 365) * 86'400}
                                        : seconds{dice_.between(-3 * 86'400, 3 * 86'400)};
    world_.result.slow += slow_ ? 1 : 0;
    world_.result.dead += dies_ ? 1 : 0;
    world_.result.skewed += clock_error_ == seconds{0} ? 0 : 1;
}

void FleetPc::start(SteadyTime at) {
    connect_at_ = connecting_since_ = at;
    const LoadOptions& load = world_.load;
    const SteadyTime begins = std::max(at, world_.begins);
    if (load.heartbeats > 0) next_heartbeat_ = after_mean(begins, load.heartbeats);
    if (load.reports > 0) next_report_ = after_mean(begins, load.reports);
    if (world_.daily) next_report_ = at + seconds{dice_.between(0, 24 * 3600)};
    if (dies_) dies_at_ = begins + milliseconds{dice_.between(0, load.measured.count() * 1000)};
    if (load.report_first) draft_report(at, "simulated", true);
    act();
}

SteadyTime FleetPc::after_mean(SteadyTime from, double all_per_second) {
    const double chance = static_cast<double>(dice_.between(1, 1'000'000'000)) / 1e9;
    const double mean = static_cast<double>(world_.pc_count) / all_per_second;
    return from + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(-std::log(chance) * mean));
}

void FleetPc::add_report(const DraftReport& draft, SteadyTime due, const char* trigger) {
    outbox_.push_back({draft, due, trigger});
}

void FleetPc::draft_report(SteadyTime due, const char* trigger, bool changed) {
    if (changed) variant_ = (variant_ + 1) % 6;
    add_report({reports_++, variant_, system_now() + clock_error_}, due, trigger);
}

void FleetPc::check_report(const DraftReport& draft) {
    checks_.push_back(draft);
    if (dead_) {
        dead_ = false;
        drop_link();
        connect_at_ = Clock::now();
    }
    dies_at_ = SteadyTime::max();
    act();
}

void FleetPc::cut_power(SteadyTime back) {
    if (dead_) return;
    drop_link();
    connect_at_ = connecting_since_ = back;
    act();
}

void FleetPc::switch_off() {
    if (link_) link_->close_in_order();
    drop_link();
    off_ = true;
    world_.loop.wake_at(*this, SteadyTime::max());
}

bool FleetPc::is_busy() const {
    return std::any_of(awaited_.begin(), awaited_.end(), [](const Awaited& one) { return one.kind != Exchange::poll; });
}

bool FleetPc::is_done() const {
    return outbox_.empty() && checks_.empty() && news_.empty() && scan_.empty() && !is_busy() &&
           !known_.device_id.empty();
}

bool FleetPc::begins_new() const {
    return world_.phase == FleetWorld::Phase::ramp || world_.phase == FleetWorld::Phase::measuring;
}

void FleetPc::ready() {
    if (!link_) return;
    if (dead_) return drop_link();  // the centre has cut it
    go_on();
    act();
}

void FleetPc::due() {
    const SteadyTime now = Clock::now();
    if (link_ && next_refill_ <= now) {
        link_->refill(static_cast<std::size_t>(world_.load.slow_bytes) / 10);
        next_refill_ = now + refill_interval;
        go_on();
    }
    if (link_ && !was_open_ && now >= connecting_since_ + handshake_limit) lost("no connection in time");
    if (!awaited_.empty() && awaited_.front().deadline <= now) lost("no answer in time");
    act();
}

// Lets the connection go on, and takes what came.
void FleetPc::go_on() {
    link_->advance();
    if (is_open() && !was_open_) opened();
    try {
        while (link_ && !link_->received().empty()) {
            const std::optional<PlainAnswer> answer = take_answer(link_->received());
            if (!answer) break;
            answered(*answer);
        }
    } catch (const std::exception& error) {
        return lost(error.what());
    }
    if (link_ && link_->state() == TlsLink::State::ended) {
        const bool expected = link_->problem().empty() && !is_busy();
        lost(expected ? "" : link_->problem().empty() ? "the centre closed the connection" : link_->problem());
    }
}

void FleetPc::connect(SteadyTime now) {
    if (!keys_ && !known_.device_id.empty() && !world_.load.no_certificate)
        keys_ = std::make_unique<LinkKeys>(known_.identity);
    link_ = std::make_unique<TlsLink>(world_.target, keys_.get(), session_.get());
    if (slow_) {
        link_->make_slow();
        next_refill_ = now;
    }
    watched_ = link_->wanted_events();
    world_.loop.add(link_->descriptor(), *this, watched_);
}

void FleetPc::opened() {
    was_open_ = true;
    failures_ = 0;
    ++world_.open;
    if (!tried_) ++world_.tried;
    tried_ = true;
    if (link_->resumed() && world_.phase == FleetWorld::Phase::measuring)
        ++world_.result.of(Exchange::connection).resumed;
    if (world_.load.back_to_back != BackToBack::connections)
        world_.count(Exchange::connection, connecting_since_, true);
    if (world_.load.back_to_back == BackToBack::handshakes) again_at_once();
}

void FleetPc::drop_link() {
    if (was_open_) --world_.open;
    was_open_ = false;
    link_.reset();
    awaited_.clear();
    checking_ = said_ = false;
    next_refill_ = SteadyTime::max();
}

// Again with full jitter, as agents do.
void FleetPc::lost(const std::string& problem) {
    if (!problem.empty()) world_.problem(pc_.host_name, problem);
    if (!tried_) ++world_.tried;
    tried_ = true;
    drop_link();
    failures_ = std::min(failures_ + 1, 5);
    const SteadyTime now = Clock::now();
    connect_at_ = problem.empty() ? now : now + milliseconds{dice_.between(0, 1000 << failures_)};
    connecting_since_ = connect_at_;
}

void FleetPc::again_at_once() {
    if (world_.load.resume) session_ = link_->session();
    link_->close_in_order();
    drop_link();
    connect_at_ = connecting_since_ = begins_new() ? Clock::now() : SteadyTime::max();
}

void FleetPc::act() {
    if (off_ || dead_) return;
    const SteadyTime now = Clock::now();
    if (!link_ && now >= connect_at_) connect(now);
    while (is_open()) {
        scan_on(now);
        draft_what_is_due(now);
        if (dies_at_ <= now) return die();
        const std::size_t before = sent_;
        send_what_is_due(now);
        if (sent_ == before) break;
        go_on();  // what it reads now, the descriptor does not tell of again
    }
    watch_link();
    world_.loop.wake_at(*this, next_time());
}

void FleetPc::watch_link() {
    if (!link_ || link_->wanted_events() == watched_) return;
    watched_ = link_->wanted_events();
    world_.loop.change(link_->descriptor(), *this, watched_);
}

SteadyTime FleetPc::next_time() const {
    if (!link_) return connect_at_;
    if (!was_open_) return std::min(next_refill_, connecting_since_ + handshake_limit);
    SteadyTime next = std::min(next_refill_, scan_next_);
    if (!awaited_.empty()) next = std::min(next, awaited_.front().deadline);
    if (begins_new()) next = std::min({next, dies_at_, next_report_});
    if (is_busy()) return next;
    // What is due already waits for the end of a busy or forced silence.
    if (begins_new()) next = std::min(next, std::max(next_heartbeat_, quiet_until_));
    return quiet_until_ > Clock::now() ? std::min(next, quiet_until_) : next;
}

}  // namespace wardwatch
