// What counts as a lost wait, and what follows from it.
#include "agent/commands/poll_length.h"

#include <algorithm>

#include "reporting/client/client.h"

namespace wardwatch {

namespace {

using namespace std::chrono_literals;

// Whatever the centre offers.
constexpr std::chrono::seconds longest_of_all = 1h;
// What ends silent connections does so after a minute or more; sooner, it was something else.
constexpr std::chrono::seconds shortest_loss = 30s;
// One may be the centre's restart, or this PC's sleep.
constexpr int losses_that_tell = 2;
constexpr std::chrono::hours cut_lasts = 24h;

}  // namespace

std::chrono::seconds PollLength::longest(SteadyTime now) const {
    if (!offered_) return longest_old_wait;
    const std::chrono::seconds longest = std::clamp(*offered_, longest_old_wait, longest_of_all);
    return cut_to_ && now < cut_until_ ? std::min(longest, *cut_to_) : longest;
}

void PollLength::answered(std::chrono::seconds wait, SteadyTime::duration after) {
    if (after >= wait) losses_ = 0;
}

bool PollLength::lost(std::chrono::seconds wait, SteadyTime::duration after, SteadyTime now) {
    if (wait <= longest_old_wait || after < shortest_loss || ++losses_ < losses_that_tell) return false;
    losses_ = 0;
    cut_to_ = std::max(wait / 2, longest_old_wait);
    cut_until_ = now + cut_lasts;
    return true;
}

}  // namespace wardwatch
