// Everything the agent remembers: reports, the outbox, refused reports, last verdicts, and notes about itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/store/database.h"
#include "collectors/core/report.h"
#include "reporting/policy/judge.h"

namespace wardwatch {

struct StoreOptions {
    std::filesystem::path folder;
    std::int64_t limit_bytes = 64 << 20;  ///< of reports' JSON
    /// A damaged database is set aside and replaced, once per opening. The caller holds the FolderLock then. Without
    /// it, StoreDamaged is thrown and the file stays as it is.
    bool may_set_aside = false;
    /// What an earlier opening met while it worked, if it was damage: not every damage shows when a database is opened.
    /// Such a database is set aside without a further look.
    std::string known_damage;
    int page_limit = 0;  ///< most pages of the database file, which acts as a full disk; 0: none
    /// Told what was dropped or set aside, as sentences without anything from the reports.
    std::function<void(const std::string&)> warn;
};

struct QueuedReport {
    std::string report_id;
    std::string device_id;
    std::string json;
};

struct NewestReport {
    std::string report_id;
    std::string device_id;
    std::string facts_hash;
    Instant taken_at;
    std::int64_t sequence = 0;  ///< grows with each report that was ever stored
};

struct RefusedReport {
    std::string report_id;
    Instant at;
    std::string reason;
};

/// One connection, one thread at a time; other processes may have the database open too. What a function has returned
/// from is on the disk. Errors: StoreDamaged when the database turned out to be damaged (close and open it again), else
/// std::runtime_error with what to do; nothing was changed then.
class Store {
public:
    Store(StoreOptions options, Instant now);

    // Outbox: a report leaves it when the centre said yes, when the centre will never take it, or when the limit is
    // reached.
    /// Stores and queues in one step, then keeps the limits. A report_id that is known already is left alone.
    void append(const Report& report, const std::string& json, const std::string& facts_hash, Instant now);
    std::optional<QueuedReport> oldest();
    void acknowledge(std::string_view report_id);
    /// Takes it out of the queue with the reason, and keeps the report.
    void refuse(std::string_view report_id, const std::string& reason, Instant now);
    /// Queues the newest report again unless it is queued or was refused; says whether it did.
    bool queue_newest_again();
    std::int64_t depth();

    std::optional<NewestReport> newest();
    /// The newest report's JSON, as it was appended; empty before the first.
    std::optional<std::string> newest_json();
    std::vector<RefusedReport> refused();
    std::vector<SetAside> set_aside();

    /// Replaces the last verdicts; one that has the same status as before keeps its `since`.
    void remember(const std::vector<Verdict>& verdicts, Instant now);

    void note(const std::string& key, const std::string& value);
    std::map<std::string, std::string> notes();

private:
    template <class Action>
    auto guarded(Action action);
    void keep_limits(Instant now);
    void remember_set_aside(const SetAside& event);

    StoreOptions options_;
    std::optional<SetAside> opening_;  // what happened when database_, below, was opened
    SQLite::Database database_;
};

/// What `status` shows, read from a database that the service may be using.
struct StoreSummary {
    std::int64_t outbox_depth = 0;
    std::int64_t reports = 0;
    std::optional<NewestReport> newest;
    std::vector<RefusedReport> refused;
    std::vector<SetAside> set_aside;
    std::map<std::string, std::int64_t> verdicts;  ///< status → how many
    std::map<std::string, std::string> notes;
};

/// Empty before the first report. Throws as Store does; changes nothing.
std::optional<StoreSummary> look_into_store(const std::filesystem::path& folder);

/// The JSON of a stored report, read likewise; empty when it is not there.
std::optional<std::string> look_for_report(const std::filesystem::path& folder, const std::string& report_id);

}  // namespace wardwatch
