// What the loop shows of itself after each step.
#include "agent/loop/agent_status.h"

#include <algorithm>

#include "agent/loop/agent.h"

namespace wardwatch {

// Never throws for the store: the depth is the one that step() has read.
void Agent::publish_status() {
    const Instant now = ports_.now();
    const SteadyTime steady = ports_.steady();
    const auto at = [&](SteadyTime due) {
        return now + std::chrono::ceil<std::chrono::seconds>(std::max(due, steady) - steady);
    };
    AgentStatus status;
    status.started_at = started_at_;
    status.last_scan = last_result_;
    status.next_scan_at = at(next_scan_);
    if (store_) status.outbox_depth = depth_;
    status.enrolled = certificate_ && !certificate_->empty();
    if (status.enrolled) {
        if (failures_ > 0)
            status.centre_reachable = false;
        else if (last_contact_)
            status.centre_reachable = true;
        status.next_contact_at = at(depth_ > 0 ? next_contact_ : std::max(next_contact_, next_heartbeat_));
    }
    status.last_contact_at = last_contact_;
    status.problem = problem_;
    status.watch = ports_.changes->status();
    ports_.status->show(std::move(status));
}

}  // namespace wardwatch
