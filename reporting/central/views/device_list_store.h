// Which PCs a list asks for, in which order: filtered, sorted and cut into pages by the database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

/// How PCs stand with some rules together (policy/standing.h): of one without verdicts of them it is not known.
struct StandingWithRules {
    StandingWithRules(const std::vector<std::string>& rule_ids, const std::vector<Standing>& one_of);
    std::string rules;   ///< as texts_of reads them
    std::string places;  ///< of the standings in their order, as numbers_of reads them; none: no PC
};

/// What is empty does not filter.
struct DeviceQuery {
    std::optional<std::string> units;  ///< as numbers_of reads it
    std::optional<std::string> among;  ///< device ids, as texts_of reads them
    std::optional<StandingWithRules> with_rules;
    bool revoked = false;  ///< revoked PCs, too
    bool grave = false;    ///< only with a grave failure
    std::string version;
    std::string status;   ///< as shown: "pass", "fail", "unknown" or "silent"
    std::string verdict;  ///< with all rules together: "pass", "fail", "unknown", or "waived": with a waiver in use
    Instant silent_before;
};

struct DeviceOrder {
    std::string sort;  ///< "host_name", "unit", "status", "failed", "last_report_at", "last_seen_at", "agent_version"
    bool descending = false;
    std::string units;  ///< by "unit": their numbers in display order, ",3,1,2,"
};

/// Some of a list; without a limit, all that follow.
struct ListPart {
    std::size_t offset = 0;
    std::optional<std::size_t> limit;
};

struct DeviceName {
    std::string device_id;
    std::string host_name;
    std::int64_t unit_id = 0;
};

class DeviceList {
public:
    explicit DeviceList(sql::Database database) : database_(std::move(database)) {}

    std::size_t count(const DeviceQuery& query) const;
    std::vector<DeviceName> names(const DeviceQuery& query) const;
    /// Device ids; equal ones by host name and id.
    std::vector<std::string> ids(const DeviceQuery& query, const DeviceOrder& order, const ListPart& part) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch
