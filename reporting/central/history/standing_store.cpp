// Reads how many PCs stand with some rules, in one pass or one by one.
#include "reporting/central/history/standing_store.h"

#include <nlohmann/json.hpp>

#include "reporting/central/sql/database.h"

namespace wardwatch {

namespace {

// Below this it is quicker to look each PC up than to read the verdicts of all.
constexpr std::size_t few_devices = 1000;

}  // namespace

std::unordered_map<std::string, std::vector<Standing>> RuleStandings::by_group(const std::vector<RuleIds>& groups,
                                                                               const DeviceSet& devices) const {
    std::unordered_map<std::string, std::size_t> group_of;
    for (std::size_t group = 0; group < groups.size(); ++group) {
        for (const std::string& rule : groups[group]) group_of[rule] = group;
    }
    const bool few = devices.size() < few_devices;
    const sql::Reader reader = database_.reader();
    const RuleIds wanted = few ? RuleIds{devices.begin(), devices.end()} : RuleIds{};
    auto rows = few ? reader.query(
                          "SELECT device_id, rule, status, waiver_id IS NOT NULL FROM verdicts WHERE device_id "
                          "IN (SELECT texts_of($1)) ORDER BY device_id",
                          sql::list_of(wanted))
                    : reader.query(
                          "SELECT device_id, rule, status, waiver_id IS NOT NULL FROM verdicts ORDER BY "
                          "device_id");
    std::unordered_map<std::string, std::vector<Standing>> found;
    std::vector<Standing>* here = nullptr;
    std::string device_id;
    std::string rule;
    while (rows.next()) {
        if (rows.view(0) != device_id) {
            device_id = rows.text(0);
            here = devices.contains(device_id)
                       ? &found.try_emplace(device_id, groups.size(), Standing::not_applicable).first->second
                       : nullptr;
        }
        if (here == nullptr) continue;
        rule = rows.view(1);
        const auto group = group_of.find(rule);
        if (group == group_of.end()) continue;
        Standing& standing = (*here)[group->second];
        standing = worst({standing, standing_of(status_from(rows.view(2)), rows.boolean(3))});
    }
    return found;
}

void RuleStandings::each_subject(
    const RuleIds& rules, const std::function<void(std::string_view device_id, std::string_view subject)>& tell) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT device_id, instance FROM verdicts WHERE instance <> '' AND rule IN (SELECT texts_of($1)) ORDER BY "
        "device_id",
        sql::list_of(rules));
    while (rows.next()) {
        tell(rows.view(0), rows.view(1));
    }
}

}  // namespace wardwatch
