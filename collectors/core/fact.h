// One raw observation about a PC. A fact has no opinion: whether it is good or bad is the policy's business.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collectors/core/reason.h"

namespace wardwatch {

/// A point in time, UTC, whole seconds. Facts hold instants, never ages: an age is stale as soon as it is stored.
using Instant = std::chrono::sys_seconds;

/// The observation could not be made, for a reason that a technician can act on.
struct Unknown {
    Reason reason;
    bool operator==(const Unknown&) const = default;
};

/// A fact's value. An int64 counts something; a missing answer is Unknown, never -1, 0 or "".
using Value = std::variant<bool, std::int64_t, std::string, Instant, Unknown>;

struct Fact {
    std::string id;  ///< `<collector>.<field>`; ids that end in `_at` hold an Instant (or Unknown), no others do
    std::string
        instance;  ///< what it is about: "an.nguyen/chrome/Default", an account name, …; empty for the PC itself
    Value value;
    std::string source;  ///< where it was read: wsc, wmi, registry, file, netapi, sam, service, passwd, …
    bool operator==(const Fact&) const = default;
};

using Facts = std::vector<Fact>;

inline bool is_unknown(const Value& value) { return std::holds_alternative<Unknown>(value); }

/// True when facts of this id hold an Instant.
inline bool holds_instant(std::string_view fact_id) { return fact_id.ends_with("_at"); }

/// "2026-11-22T03:04:05Z".
std::string format_instant(Instant instant);

/// The inverse of format_instant; throws std::invalid_argument for anything else.
Instant parse_instant(std::string_view text);

}  // namespace wardwatch
