// What a person must look at of a PC: that it may not be what it says, or tells less than before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/core/fact.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

enum class NoticeKind {
    clone,             ///< two PCs come under one device id, in turns
    hardware_changed,  ///< other hardware than before under the same device id; the one before has not come again
    same_hardware,  ///< the hardware of another PC that is enrolled: it was set up anew, or its maker's data are alike
    forgets,        ///< an older state on the same hardware: frozen, or restored
    count_jumps,    ///< far more reports than it can have made
    from_the_future,  ///< a report was taken later than it arrived
    lost_checks       ///< its reports tell nothing of checks of which they told before
};

struct Notice {
    std::string device_id;
    NoticeKind kind = NoticeKind::clone;
    std::string about;  ///< same_hardware: the other PC's device id; lost_checks: their names
    Instant first_at;
    Instant last_at;
    std::int64_t times = 0;
    std::optional<Instant> settled_at;  ///< somebody has looked
    std::string settled_by;
};

std::string_view name_of(NoticeKind kind);
std::optional<NoticeKind> notice_kind_from(std::string_view name);

/// What it is, and what to do. `other` names the PC that `about` means, where it means one.
Text notice_text(const Notice& notice, const std::string& other);

}  // namespace wardwatch
