// What has been: how verdicts changed, how units stood. Read for people, on the connection
// that only reads.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reporting/central/devices/report_store.h"
#include "reporting/central/judging/standing_counts.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// A verdict that became another. Words: "pass", "fail", "waived", "unknown", "not_applicable"; `from` is empty when
/// the subject was new, `to` when it was gone.
struct VerdictChange {
    Instant at;
    std::string device_id;
    std::string host_name;
    std::int64_t unit_id = 0;  ///< the PC's now
    std::string rule;
    std::string instance;
    std::string from;
    std::string to;
};

/// A unit's own PCs on one day.
struct UnitDay {
    std::string day;  ///< "2026-11-22"
    std::int64_t unit_id = 0;
    StandingCounts counts;
};

struct DeviceCertificate {
    std::string sha256;
    std::string serial;
    Instant issued_at;
    Instant not_after;
};

class ChangeHistory {
public:
    explicit ChangeHistory(sql::Database database) : database_(std::move(database)) {}

    // --- verdicts ---
    enum class Kind { regressions, fixes };
    /// Newest first, of PCs that lie in these units now and are not revoked. A regression ends in fail; a fix leads
    /// from fail to pass, or to no such subject any more.
    struct News {
        Kind kind = Kind::regressions;
        std::set<std::int64_t> units;
        std::vector<std::string> without_rules;
        Instant since;
        std::size_t limit = 0;
    };
    std::vector<VerdictChange> newest_changes(const News& news) const;
    std::vector<VerdictChange> changes_of(const std::string& device_id, std::size_t offset, std::size_t limit) const;
    std::size_t count_changes_of(const std::string& device_id) const;

    // --- days ---
    /// Those from `first` on that were written, in order.
    std::vector<std::string> written_days(const std::string& first) const;
    std::vector<UnitDay> unit_days(const std::vector<std::string>& days) const;

    // --- one PC ---
    /// The one that was issued last.
    std::optional<DeviceCertificate> certificate(const std::string& device_id) const;
    std::optional<StoredReport> report(const std::string& device_id, const std::string& report_id) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch
