// Who waits for which scan, by number.
#include "agent/scan/scan_requests.h"

#include <utility>

namespace wardwatch {
namespace {

constexpr std::size_t remembered = 100;

}  // namespace

std::uint64_t ScanRequests::ask(std::string trigger) {
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        if (!wanted_) wanted_ = std::move(trigger);
        number = begun_ + 1;
    }
    wake_();
    return number;
}

std::optional<ScanStatus> ScanRequests::status(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    if (number == begun_ + 1 && wanted_) {
        ScanStatus waiting;
        waiting.trigger = *wanted_;
        return waiting;
    }
    const auto found = scans_.find(number);
    return found == scans_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::pair<std::uint64_t, ScanStatus>> ScanRequests::running() const {
    const std::lock_guard lock(mutex_);
    const auto newest = scans_.find(begun_);
    if (newest == scans_.end() || newest->second.state != ScanStatus::State::running) return std::nullopt;
    return *newest;
}

std::optional<std::string> ScanRequests::wanted() const {
    const std::lock_guard lock(mutex_);
    return wanted_;
}

BegunScan ScanRequests::begin(std::string trigger) {
    const std::lock_guard lock(mutex_);
    if (wanted_) trigger = *std::move(wanted_);
    wanted_.reset();
    ScanStatus& scan = scans_[++begun_];
    scan.state = ScanStatus::State::running;
    scan.trigger = trigger;
    if (scans_.size() > remembered) scans_.erase(scans_.begin());
    return {begun_, std::move(trigger)};
}

void ScanRequests::progress(std::uint64_t number, std::string_view collector, std::size_t position, std::size_t count) {
    const std::lock_guard lock(mutex_);
    const auto found = scans_.find(number);
    if (found == scans_.end()) return;
    found->second.collector = collector;
    found->second.position = position;
    found->second.count = count;
}

void ScanRequests::held_up(std::uint64_t number, std::string problem) {
    const std::lock_guard lock(mutex_);
    const auto found = scans_.find(number);
    if (found != scans_.end()) found->second.problem = std::move(problem);
}

void ScanRequests::done(std::uint64_t number, std::string report_id, std::string verdict) {
    const std::lock_guard lock(mutex_);
    const auto found = scans_.find(number);
    if (found == scans_.end()) return;
    found->second.state = ScanStatus::State::done;
    found->second.problem.clear();
    found->second.report_id = std::move(report_id);
    found->second.verdict = std::move(verdict);
}

void ScanRequests::failed(std::uint64_t number, std::string problem) {
    const std::lock_guard lock(mutex_);
    const auto found = scans_.find(number);
    if (found == scans_.end()) return;
    found->second.state = ScanStatus::State::failed;
    found->second.problem = std::move(problem);
}

}  // namespace wardwatch
