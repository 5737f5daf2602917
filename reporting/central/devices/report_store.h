// The reports that PCs sent, in the centre's database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"
#include "reporting/policy/judge.h"

namespace wardwatch {

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

    std::int64_t count() const;
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
