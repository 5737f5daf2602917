// What Microsoft Defender says about itself: WMI's MSFT_MpComputerStatus.
#pragma once

#include <chrono>
#include <optional>

#include "collectors/core/fact.h"
#include "collectors/machine/machine.h"

namespace wardwatch {

/// Each value is Unknown with its reason when the class did not tell it.
struct DefenderStatus {
    bool answered = false;          ///< false: the class failed or hangs, and each value has the same reason
    Value running_mode;             ///< normal, passive, sxs_passive, edr_block or not_running
    Value real_time_protection;     ///< bool
    Value tamper_protected;         ///< bool
    Value product_version;          ///< text
    Value definitions_updated_at;   ///< Instant
    Value definitions_out_of_date;  ///< bool
};

/// Never throws and never takes longer than `limit`: the class is known to hang while another product is active, so ask
/// only when Defender is on or alone.
DefenderStatus read_defender(const Wmi& wmi, std::chrono::seconds limit, Instant now);

/// True when the status shows that Defender does not protect: it is passive, does not run, or looks at no files. Empty
/// when it does not say.
std::optional<bool> is_idle(const DefenderStatus& status);

}  // namespace wardwatch
