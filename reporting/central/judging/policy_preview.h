// What another policy would make of the PCs as they are: their newest reports judged again in memory.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "reporting/central/api/roles.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/judging/standing_counts.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// PCs by how they stand with one rule.
struct RuleOutlook {
    StandingCounts standings;
    std::int64_t off = 0;  ///< where the policy does not have the rule, or has it off
    bool operator==(const RuleOutlook&) const = default;
};

/// A PC whose status changes.
struct PreviewExample {
    std::string host_name;
    std::string device_id;
    std::int64_t unit_id = 0;
    std::string unit;  ///< path
    Standing before = Standing::unknown;
    Standing after = Standing::unknown;
    std::vector<std::string> rules;  ///< that fail after, and did not before
};

struct PolicyPreview {
    std::int64_t devices = 0;  ///< that were judged
    std::int64_t silent = 0;   ///< left out
    StandingCounts before;
    StandingCounts after;
    std::int64_t newly_failing = 0;
    std::int64_t newly_passing = 0;
    std::map<std::string, std::pair<RuleOutlook, RuleOutlook>> rules;  ///< those that change: before, after
    std::vector<PreviewExample> examples;                              ///< at most 20, by host name
};

/// What a preview in the making tells and is told, from any thread.
struct PreviewProgress {
    std::atomic<std::int64_t> done{0};  ///< PCs that were looked at
    std::atomic<std::int64_t> of{0};    ///< all of them; 0 as long as they are not counted
    std::atomic<bool> stop{false};      ///< nobody waits for it any more
};

/// It was told to stop.
class PreviewStopped : public std::exception {};

/// Judges the newest report of each PC that is not revoked and not silent and lies in the scope with both policies, as
/// of now, with the waivers in force. Where a PC's kept judgement holds, only the rules are judged that the policies do
/// not have alike. Writes nothing and holds no lock of the store: `threads` read on connections of their own. Throws
/// PreviewStopped.
PolicyPreview preview_policy(const sql::Database& database, const PolicyInForce& in_force,
                             const PolicyInForce& proposed, Instant now, std::chrono::days silent_after,
                             const Scope& scope, unsigned threads, PreviewProgress& progress);

/// A preview that is made on threads of its own.
class RunningPreview {
public:
    explicit RunningPreview(std::function<PolicyPreview(PreviewProgress&)> work);
    ~RunningPreview();  ///< stops it, which takes milliseconds
    RunningPreview(const RunningPreview&) = delete;
    RunningPreview& operator=(const RunningPreview&) = delete;

    /// Waits for its end.
    bool over(std::chrono::milliseconds at_most);
    /// Once, when it is over. Throws what the work threw.
    PolicyPreview take() { return preview_.get(); }
    const PreviewProgress& progress() const { return progress_; }
    /// How many there are in this process.
    static int at_once() { return counted_; }

private:
    static inline std::atomic<int> counted_{0};
    struct Counted {
        Counted() { ++counted_; }
        ~Counted() { --counted_; }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;
    };
    const Counted one_;
    PreviewProgress progress_;
    std::future<PolicyPreview> preview_;
};

nlohmann::json preview_json(const PolicyPreview& preview);

}  // namespace wardwatch
