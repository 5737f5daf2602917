// The waits: spread, jitter, back-off.
#include "agent/schedule/schedule.h"

#include <algorithm>

namespace wardwatch {
namespace {

using namespace std::chrono_literals;

constexpr Wait backoff_base = 5s;
constexpr Wait cap = 30min;
constexpr std::chrono::seconds longest_retry_after = 6h;

Wait part_of(Wait whole, double random) {
    return Wait(static_cast<Wait::rep>(static_cast<double>(whole.count()) * random));
}

}  // namespace

Wait first_wait(std::chrono::seconds spread, double random) { return part_of(spread, random); }

Wait jittered(std::chrono::seconds interval, double random) { return part_of(interval, 0.9 + 0.2 * random); }

Wait back_off(int failures, std::optional<std::chrono::seconds> retry_after, double random) {
    const int doublings = std::clamp(failures - 1, 0, 10);  // 5 s × 2^10 is over the cap
    const Wait spread = std::min(cap, backoff_base * (1 << doublings));
    const Wait least = std::clamp<std::chrono::seconds>(retry_after.value_or(0s), 0s, longest_retry_after);
    return least + part_of(spread, random);
}

Wait refused_wait(double random) { return 30min + part_of(30min, random); }

bool overslept(Instant last_scan, Instant now, std::chrono::seconds interval) {
    return now - last_scan > interval + interval / 10;
}

bool renewal_due(Instant not_before, Instant not_after, Instant now) {
    return not_after - now < (not_after - not_before) / 3;
}

}  // namespace wardwatch
