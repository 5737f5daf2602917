// Counts of a scan, as the texts of its event.
#include "agent/loop/agent_events.h"

#include <algorithm>

namespace wardwatch {

std::vector<std::string> scan_event_texts(const Report& report, const std::vector<Verdict>& verdicts,
                                          std::string_view verdict) {
    const auto count = [&](Status status) {
        return std::to_string(std::count_if(verdicts.begin(), verdicts.end(),
                                            [status](const Verdict& one) { return one.status == status; }));
    };
    return {report.trigger,         std::to_string(report.facts.size()),
            std::string(verdict),   count(Status::fail),
            count(Status::unknown), count(Status::pass)};
}

}  // namespace wardwatch
