// One report from the outbox to the centre. The service's loop and `scan --send` share it.
#pragma once

#include <string>

#include "agent/centre.h"
#include "agent/store/store.h"

namespace wardwatch {

struct Delivery {
    enum class Outcome { nothing_queued, sent, refused } outcome;
    std::string report_id;
    std::string reason;  ///< of a refusal
};

/// Sends the oldest queued report and acknowledges it. A report that the centre will never take (400, 409, 413, 422;
/// another device's) is taken out of the queue with the reason, so that it does not hold up the others. Throws what
/// Centre throws otherwise; the report stays queued then.
Delivery deliver_oldest(Store& store, const Centre& centre, const Identity& identity, const std::string& device_id,
                        Instant now);

}  // namespace wardwatch
