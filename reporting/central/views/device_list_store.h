// Which PCs a list asks for, in which order: filtered, sorted and cut into pages by the database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

/// How PCs stand with some rules together (policy/standing.h): of one without verdicts of them it is not known.
struct StandingWithRules {
    StandingWithRules(const std::vector<std::string>& rule_ids, const std::vector<Standing>& one_of);
    std::string rules;    ///< as texts_of reads them
    std::string places;   ///< of the standings in their order, as numbers_of reads them; none: no PC
    bool failed = false;  ///< only those that have a verdict which failed, with a waiver or without
};

/// How PCs were judged on a clause; of one that was not judged it is not known.
struct StandingOnClause {
    std::string clause;
    Standing standing = Standing::fail;
};

/// A word that is searched for, folded (formats/text_fold.h). It stands in the PC's name, an account's or the card, or
/// in the path of one of these units.
struct SearchedWord {
    std::string word;
    std::string units;  ///< as numbers_of reads them; empty: of no unit
};

/// What a list is cut into where its order has few values: then each part is walked in the order of names.
enum class DevicePart { none, unit, status, version };

/// What is empty does not filter.
struct DeviceQuery {
    enum class Revoked { without, with, alone };

    std::optional<std::string> units;  ///< as numbers_of reads it
    std::optional<std::int64_t> unit;
    std::optional<std::string> among;  ///< device ids, as texts_of reads them
    std::optional<StandingOnClause> on_clause;
    std::optional<StandingWithRules> with_rules;
    Revoked revoked = Revoked::without;
    bool grave = false;  ///< only with a grave failure
    std::optional<std::string> version;
    std::string status;   ///< as shown: "pass", "fail", "unknown" or "silent"
    std::string verdict;  ///< with all rules together: "pass", "fail", "unknown", or "waived": with a waiver in use
    Instant silent_before;
    std::vector<SearchedWord> words;  ///< all of them
    DevicePart part = DevicePart::none;
};

struct DeviceOrder {
    std::string sort;  ///< "host_name", "unit", "status", "failed", "last_report_at", "last_seen_at", "agent_version"
    bool descending = false;
    std::vector<std::int64_t> units = {};  ///< by "unit": those of the list in display order
};

/// Some of a list; without a limit, all that follow.
struct ListPart {
    std::size_t offset = 0;
    std::optional<std::size_t> limit;
};

struct FoundIds {
    std::size_t total = 0;  ///< with those that are not in the part
    std::vector<std::string> ids;
};

class DeviceList {
public:
    explicit DeviceList(sql::Database database) : database_(std::move(database)) {}

    /// Device ids; equal ones by host name and id. At 100,000 PCs a page is found within some 50 ms whatever is asked,
    /// but for those that pass a rule.
    FoundIds find(const DeviceQuery& query, const DeviceOrder& order, const ListPart& part) const;

private:
    std::size_t count(const DeviceQuery& query) const;
    /// By the values of an order of few values: unit, shown status or version.
    std::map<std::string, std::size_t> counts(const DeviceQuery& query, DevicePart part) const;
    FoundIds find_in_parts(const DeviceQuery& query, const DeviceOrder& order, const ListPart& part) const;
    FoundIds find_searched(const DeviceQuery& query, const DeviceOrder& order, const ListPart& part) const;

    sql::Database database_;
};

}  // namespace wardwatch
