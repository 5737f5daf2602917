// "Scan now": whom it is for, and how far it has come. The people's API and the CLI share it.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/api/roles.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Exactly one of the four is said.
struct ScanTargets {
    std::vector<std::string> devices;  ///< device ids or host names
    std::string unit;                  ///< number, name or path; with the units below it
    bool all = false;
    std::optional<std::vector<std::string>> chosen = {};  ///< device ids that a filter found; none is an error, too
};

inline constexpr std::chrono::hours default_scan_life{24};
inline constexpr std::chrono::hours longest_scan_life{720};

struct OrderedScan {
    std::string batch_id;
    std::vector<std::string> device_ids;
};

/// Queues one scan for each PC that is meant and lies in the scope: to the caller there are no others. Revoked ones are
/// left out unless they are named. Throws StoreError: no such PC or unit, a name that several PCs have, a named PC that
/// is revoked, nobody at all.
OrderedScan order_scan(sql::Database& database, const ScanTargets& targets, const std::string& created_by, Instant now,
                       std::chrono::hours life, const Scope& scope = {});

/// What a person is told about a command: "waiting", "offline", "delivered", "running", "sending", "done", "failed" or
/// "expired". Offline: the PC did not come for it within 5 seconds, which a connected one does; or nothing was heard of
/// its run for 90 seconds.
std::string_view shown_state(const StoredCommand& command, Instant now);

/// Why a command failed, as {"vi", "en"}; a sentence that is not known stays as it is.
nlohmann::json problem_text_json(const std::string& problem);

/// A command of a batch, with its shown state.
struct ShownCommand {
    StoredCommand command;
    std::string_view state;
};

/// A batch as far as it is for PCs of a scope.
struct ShownBatch {
    StoredCommand order;  ///< one of its commands: kind, who asked and when are the same for all
    /// How many PCs are at what, each shown state among them.
    std::map<std::string, std::int64_t, std::less<>> counts;
    std::int64_t total = 0;
    std::vector<ShownCommand> commands;  ///< by host name; empty in a list of batches

    std::int64_t count(std::string_view state) const { return counts.find(state)->second; }
    bool finished() const { return count("done") + count("failed") + count("expired") == total; }
};

/// The newest 50 scans that are for PCs of the scope, without the PCs themselves.
std::vector<ShownBatch> newest_scans(const sql::Database& database, Instant now, const Scope& scope);
/// Nothing when there is none.
std::optional<ShownBatch> find_scan(const sql::Database& database, const std::string& batch_id, Instant now,
                                    const Scope& scope = {});

/// Each with its counts.
nlohmann::json scans_json(const std::vector<ShownBatch>& scans);
/// With its counts and its PCs.
nlohmann::json scan_json(const ShownBatch& scan);

}  // namespace wardwatch
