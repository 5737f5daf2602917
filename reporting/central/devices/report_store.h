// The reports that PCs sent, in the centre's database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct NewReport {
    std::string device_id;
    std::string report_id;
    std::string agent_version;
    std::string trigger;
    Instant taken_at;
    Instant received_at;
    std::string facts_hash;
    std::string content_hash;  ///< equal for equal reports, whatever their JSON's spacing
    std::string body;          ///< the bytes that arrived
};

enum class ReportOutcome { stored, known, differs };

struct StoredReport {
    std::string report_id;
    std::string trigger;
    Instant taken_at;
    Instant received_at;
    Status status = Status::unknown;  ///< as judged when it arrived
    std::string body;
};

/// May be used from any thread; each function is one transaction.
class Reports {
public:
    explicit Reports(sql::Database database) : database_(std::move(database)) {}

    /// Stores a report and, when it is the device's newest, its judgement: both or neither. Newest is by the time it
    /// was taken, but never later than it was received: a PC whose clock runs years ahead cannot hide its later
    /// reports.
    ReportOutcome add(const NewReport& report, const Judgement& judgement);
    /// When the newest of all arrived.
    std::optional<Instant> newest_received() const;
    bool knows_facts(const std::string& device_id, const std::string& facts_hash) const;
    std::optional<StoredReport> newest(const std::string& device_id) const;
    /// Newest first, at most `limit`; without bodies.
    std::vector<StoredReport> list(const std::string& device_id, std::size_t limit) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch
