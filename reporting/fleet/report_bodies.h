// What simulated PCs report, as the bytes that are sent.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "reporting/client/deflate.h"
#include "reporting/fleet/simulated_pc.h"

namespace wardwatch {

/// One report before it is sent.
struct DraftReport {
    std::uint64_t serial = 0;   ///< among this PC's reports: gives it its id
    std::uint32_t variant = 0;  ///< which facts
    Instant taken_at;           ///< by the PC's clock
};

class ReportBodies {
public:
    /// `pool`: so many PCs' facts are made, once, and shared by all, as making them costs more than taking them;
    /// 0: each PC has its own, and they follow its story at the time of the report.
    ReportBodies(std::uint64_t seed, Instant began, std::string agent_version, std::int64_t pool);

    /// A version 4 UUID; the same for the same seed, PC and serial.
    std::string report_id(std::int64_t number, std::uint64_t serial) const;
    std::string body(const SimulatedPc& pc, const std::string& device_id, const DraftReport& draft, const char* trigger,
                     int format = 1);
    /// The same, compressed: the facts once for all that share them.
    std::string deflated_body(const SimulatedPc& pc, const std::string& device_id, const DraftReport& draft,
                              const char* trigger, int format);
    /// As the wire's facts_hash().
    std::string facts_hash(const SimulatedPc& pc, const DraftReport& draft);

private:
    struct Made {
        std::string facts;               ///< JSON
        std::string facts_with_reasons;  ///< of format 2
        DeflatedMiddle deflated_facts;   ///< of the newest format
        std::string hash;
    };
    struct Ends {
        std::string head, tail;  ///< around the facts
    };
    Ends ends(const SimulatedPc& pc, const std::string& device_id, const DraftReport& draft, const char* trigger,
              int format) const;
    const Made& made(const SimulatedPc& pc, const DraftReport& draft);

    const std::uint64_t seed_;
    const Instant began_;
    const std::string agent_version_;
    const std::int64_t pool_;
    std::map<std::pair<std::int64_t, std::uint32_t>, Made> shared_;
    Made own_;
};

}  // namespace wardwatch
