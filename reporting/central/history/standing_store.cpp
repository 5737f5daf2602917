#include "reporting/central/history/standing_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace {

RuleStanding standing_of(std::string_view status, bool waived) {
    if (status == "fail") return waived ? RuleStanding::waived : RuleStanding::fail;
    if (status == "unknown") return RuleStanding::unknown;
    if (status == "pass") return RuleStanding::pass;
    return RuleStanding::not_applicable;
}

std::string_view view_of(const SQLite::Column& column) {
    return {column.getText(), static_cast<std::size_t>(column.getBytes())};
}

/// A list as SQL reads it: "IN (SELECT value FROM json_each(?1))".
std::string sql_list(const RuleIds& texts) {
    return nlohmann::json(texts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Below this it is quicker to look each PC up than to read the verdicts of all.
constexpr std::size_t few_devices = 1000;

}  // namespace

std::string_view name_of(RuleStanding standing) {
    switch (standing) {
        case RuleStanding::not_applicable:
            return "not_applicable";
        case RuleStanding::pass:
            return "pass";
        case RuleStanding::waived:
            return "waived";
        case RuleStanding::unknown:
            return "unknown";
        case RuleStanding::fail:
            return "fail";
    }
    return "";
}

std::unordered_map<std::string, RuleStanding> RuleStandings::with(const RuleIds& rules) const {
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    auto rows = sql::query(reading.database,
                           "SELECT device_id, status, waiver_id IS NOT NULL FROM verdicts WHERE rule IN (SELECT value "
                           "FROM json_each(?1)) ORDER BY device_id",
                           sql_list(rules));
    std::unordered_map<std::string, RuleStanding> found;
    RuleStanding* here = nullptr;
    std::string device_id;
    while (rows.executeStep()) {
        if (here == nullptr || view_of(rows.getColumn(0)) != device_id) {
            device_id = rows.getColumn(0).getString();
            here = &found[device_id];
        }
        *here = std::max(*here, standing_of(view_of(rows.getColumn(1)), rows.getColumn(2).getInt() != 0));
    }
    return found;
}

std::unordered_map<std::string, std::vector<RuleStanding>> RuleStandings::by_group(const std::vector<RuleIds>& groups,
                                                                                   const DeviceSet& devices) const {
    std::unordered_map<std::string, std::size_t> group_of;
    for (std::size_t group = 0; group < groups.size(); ++group) {
        for (const std::string& rule : groups[group]) group_of[rule] = group;
    }
    const bool few = devices.size() < few_devices;
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    auto rows = sql::query(reading.database,
                           few ? "SELECT device_id, rule, status, waiver_id IS NOT NULL FROM verdicts WHERE device_id "
                                 "IN (SELECT value FROM json_each(?1)) ORDER BY device_id"
                               : "SELECT device_id, rule, status, waiver_id IS NOT NULL FROM verdicts ORDER BY "
                                 "device_id");
    if (few) rows.bind(1, sql_list({devices.begin(), devices.end()}));
    std::unordered_map<std::string, std::vector<RuleStanding>> found;
    std::vector<RuleStanding>* here = nullptr;
    std::string device_id;
    std::string rule;
    while (rows.executeStep()) {
        if (view_of(rows.getColumn(0)) != device_id) {
            device_id = rows.getColumn(0).getString();
            here = devices.contains(device_id)
                       ? &found.try_emplace(device_id, groups.size(), RuleStanding::not_applicable).first->second
                       : nullptr;
        }
        if (here == nullptr) continue;
        rule = view_of(rows.getColumn(1));
        const auto group = group_of.find(rule);
        if (group == group_of.end()) continue;
        RuleStanding& standing = (*here)[group->second];
        standing = std::max(standing, standing_of(view_of(rows.getColumn(2)), rows.getColumn(3).getInt() != 0));
    }
    return found;
}

void RuleStandings::each_subject(
    const RuleIds& rules, const std::function<void(std::string_view device_id, std::string_view subject)>& tell) const {
    sql::Connection& reading = store_.reading();
    const std::lock_guard lock{reading.mutex};
    auto rows = sql::query(reading.database,
                           "SELECT device_id, instance FROM verdicts WHERE instance <> '' AND rule IN (SELECT value "
                           "FROM json_each(?1)) ORDER BY device_id",
                           sql_list(rules));
    while (rows.executeStep()) {
        const SQLite::Column device_id = rows.getColumn(0);
        const SQLite::Column subject = rows.getColumn(1);
        tell(view_of(device_id), view_of(subject));
    }
}

}  // namespace wardwatch
