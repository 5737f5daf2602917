// When the agent does what. Pure: time comes in as durations, randomness as numbers in [0, 1).
// Waits are measured on the steady clock; the system clock is only looked at to notice that the PC slept.
#pragma once

#include <chrono>
#include <optional>

#include "collectors/core/fact.h"

namespace wardwatch {

using Wait = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Anywhere in [0, spread): a building full of PCs is switched on at 7:30.
Wait first_wait(std::chrono::seconds spread, double random);

/// `interval` give or take 10 %.
Wait jittered(std::chrono::seconds interval, double random);

/// Full jitter: anywhere in [0, min(30 min, 5 s × 2^(failures − 1))). `retry_after` is the centre's word and counts
/// from below, up to 6 hours; the jitter then spreads the PCs behind it.
Wait back_off(int failures, std::optional<std::chrono::seconds> retry_after, double random);

/// Between 30 and 60 minutes: the centre said that it does not want this PC. Trying often would change nothing.
Wait refused_wait(double random);

/// True when by the system clock the last scan is older than the interval with its jitter: the PC slept, and its steady
/// clock with it. A clock that went backwards is no reason.
bool overslept(Instant last_scan, Instant now, std::chrono::seconds interval);

/// True when less than a third of the certificate's life is left.
bool renewal_due(Instant not_before, Instant not_after, Instant now);

}  // namespace wardwatch
