// The channel's polls: how long they wait, and the heartbeats that they carry.
#include <algorithm>
#include <utility>

#include "agent/commands/command_channel.h"

namespace wardwatch {

namespace {

// So soon the end of a scan is told, and a second command fetched.
constexpr std::chrono::seconds poll_at_work{1};

}  // namespace

bool CommandChannel::at_work() const {
    return std::any_of(active_.begin(), active_.end(), [](const Active& each) {
        return each.reported.collector != waits_for_restart && each.reported.collector != waits_for_installer;
    });
}

std::chrono::seconds CommandChannel::longest_wait() const {
    if (at_work()) return poll_at_work;
    const SteadyTime now = ports_.steady();
    // What an update waits for is looked at between polls, and told before the centre counts this PC as lost.
    const std::chrono::seconds longest = active_.empty() ? length_.longest(now) : longest_old_wait;
    const SteadyTime due = ports_.heartbeats->due();
    if (!length_.is_offered() || due - longest >= now) return longest;
    return std::max(std::chrono::ceil<std::chrono::seconds>(due - now), poll_at_work);
}

std::vector<ReceivedCommand> CommandChannel::poll(const Identity& identity) {
    Poll poll;
    for (const Active& command : active_) poll.has.push_back(command.id);
    const SteadyTime began = ports_.steady();
    if (length_.is_offered()) poll.heartbeat = ports_.heartbeats->take(began);
    poll.wait = longest_wait();
    try {
        PollAnswer answer = centre_->poll(identity, poll);
        if (answer.heartbeat) ports_.heartbeats->answered(*answer.heartbeat);
        // Made in answers to what an older centre would take, too: others need it no more.
        if (!poll.heartbeat && poll.wait <= longest_old_wait) take_offer(answer.longest_wait);
        length_.answered(poll.wait, ports_.steady() - began);
        return std::move(answer.commands);
    } catch (...) {
        ports_.heartbeats->lost();
        const SteadyTime now = ports_.steady();
        if (length_.lost(poll.wait, now - began, now))
            ports_.log->info("connections that say nothing do not last {} s: for a day, polls wait {} s at most",
                             poll.wait.count(), length_.longest(now).count());
        throw;
    }
}

void CommandChannel::take_offer(std::optional<std::chrono::seconds> longest_wait) {
    length_.offer(longest_wait);
    ports_.heartbeats->polls_carry(length_.is_offered());
}

}  // namespace wardwatch
