// When a change is scanned: quiet, longest burst, and distance to the scan before.
#include "agent/watch/change_debounce.h"

#include <algorithm>

namespace wardwatch {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds quiet = 5s;
constexpr std::chrono::milliseconds longest_burst = 30s;
constexpr std::chrono::milliseconds least_distance = 10s;
constexpr std::chrono::milliseconds distance_without_news = 40s;
constexpr std::chrono::milliseconds longest_distance = 15min;
constexpr int scan_share = 8;

}  // namespace

void ChangeDebounce::changed(Time now) {
    if (!first_) first_ = now;
    last_ = now;
}

std::optional<ChangeDebounce::Time> ChangeDebounce::due() const {
    if (!first_) return std::nullopt;
    const Time settled = std::min(last_ + quiet, *first_ + longest_burst);
    return scan_ ? std::max(settled, *scan_ + distance_) : settled;
}

void ChangeDebounce::scan_begins(Time now) {
    first_.reset();
    scan_ = now;
}

void ChangeDebounce::scan_ended(bool found_something, std::chrono::milliseconds took) {
    const std::chrono::milliseconds grown = std::min(distance_ * 2, distance_without_news);
    distance_ = std::clamp(took * scan_share, found_something ? least_distance : grown, longest_distance);
}

}  // namespace wardwatch
