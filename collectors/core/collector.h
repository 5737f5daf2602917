// What a check is: a free function that asks the PC one question, and its line in the catalog.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

struct KnownHives;
struct Machine;

/// A collector that `run` does not ask, and why: its one fact.
struct NotAsked {
    std::string collector;
    Reason reason;
    std::string source;
};

/// Everything a collector may know besides the machine. Collectors read neither the clock nor the settings.
struct ScanOptions {
    Instant now;                              ///< when the run began
    std::vector<std::string> official_hosts;  ///< host patterns of the policy's official systems: "*.hanoi.gov.vn"
    std::chrono::seconds call_limit{20};      ///< longest wait for one call into the operating system (COM, WMI, a DC)
    std::vector<NotAsked> not_asked;          ///< by `run`
    /// Bytes; a larger file is `too_large`. Two readings are in memory at a time.
    std::uint64_t file_limit = 64u << 20;
    std::chrono::seconds user_limit{120};  ///< longest reading of one user's browsers
    /// For user_limit alone; tests give another.
    std::function<std::chrono::steady_clock::time_point()> steady = std::chrono::steady_clock::now;
    /// Of the newest stored report; empty when there is none. For what would drift or is no news: a product that says
    /// how many days are left gives a date that depends on the hour of the question; people log on each day.
    Facts previous = {};
    /// When a scan found `previous` last, which may be later than the report; empty when that is not known.
    std::optional<Instant> previous_at = {};
    /// What was seen of users' parts of the registry while they were loaded; checks add what they see now. Empty: there
    /// is no memory. The one thing that a check keeps.
    std::shared_ptr<KnownHives> known_hives = {};
};

enum class ValueType { boolean, integer, text, instant };

/// One fact that a collector can yield.
struct FactInfo {
    std::string_view id;
    ValueType type;
    std::string_view meaning;  ///< one English sentence, with the unit
};

/// May throw: `run` turns that into one Unknown fact. Never judges, logs, stores or reads the clock.
using Collect = Facts (*)(const Machine&, const ScanOptions&);

struct Collector {
    std::string_view name;  ///< file name, fact prefix, test name and heading in docs/facts.md
    std::span<const FactInfo> facts;
    Collect collect;
};

/// The one list of all checks, in the order in which they run.
std::span<const Collector> catalog();

}  // namespace wardwatch
