// How long polls wait: as the centre offers, and as what lies between it and this PC lets stand.
#pragma once

#include <chrono>
#include <optional>

#include "agent/schedule/schedule.h"

namespace wardwatch {

/// Proxies, balancers and address translators end connections that say nothing, some without a word to either side. A
/// PC whose longer polls are lost twice running halves them, for a day.
class PollLength {
public:
    /// What an answer said; nothing: the centre is older than the offer, or another than before.
    void offer(std::optional<std::chrono::seconds> longest) { offered_ = longest; }
    bool is_offered() const { return offered_.has_value(); }
    /// 55 s to an hour.
    std::chrono::seconds longest(SteadyTime now) const;

    /// A poll that was to wait so long was answered after this time.
    void answered(std::chrono::seconds wait, SteadyTime::duration after);
    /// Its connection ended after this time. True: polls are shorter from now on.
    bool lost(std::chrono::seconds wait, SteadyTime::duration after, SteadyTime now);

private:
    std::optional<std::chrono::seconds> offered_;
    int losses_ = 0;  ///< one after the other
    std::optional<std::chrono::seconds> cut_to_;
    SteadyTime cut_until_;
};

}  // namespace wardwatch
