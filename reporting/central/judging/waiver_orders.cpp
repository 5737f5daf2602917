// Checks an order for a waiver and shows waivers as JSON.
#include "reporting/central/judging/waiver_orders.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <map>

#include "reporting/central/api/json.h"
#include "reporting/central/formats/office_time.h"

namespace wardwatch {

using nlohmann::json;

namespace {

Instant end_of_waiver(const std::string& last_day, Instant now) {
    const std::string today = office_day(now);
    const std::string latest = add_days(today, longest_waiver_days);
    const auto refuse = [&] {
        return StoreError("A waiver ends on a day from " + today + " to " + latest + ", not on \"" + last_day + "\".");
    };
    try {
        if (last_day < today || last_day > latest) throw refuse();
        return start_of_day(add_days(last_day, 1));
    } catch (const std::invalid_argument&) {
        throw refuse();
    }
}

}  // namespace

Waiver make_waiver(const Policy& policy, const WaiverOrder& order, const ChangedBy& by) {
    const bool known =
        std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) { return rule.id == order.rule; });
    if (!known)
        throw StoreError("The policy in force has no rule \"" + order.rule +
                         "\"; GET /policy and `policy show` list "
                         "its rules.");
    if (order.device_id && order.unit_id) throw StoreError("A waiver is for a PC or for a unit, not for both.");
    if (order.reason.find_first_not_of(" \t\r\n") == std::string::npos)
        throw StoreError("A waiver needs a reason: say why the failure may stand.");
    Waiver waiver;
    waiver.rule = order.rule;
    waiver.instance = order.instance;
    waiver.device_id = order.device_id;
    waiver.unit_id = order.unit_id;
    waiver.reason = order.reason;
    waiver.approved_by = by.actor;
    waiver.created_at = by.at;
    waiver.ends_at = end_of_waiver(order.ends_on, by.at);
    return waiver;
}

std::vector<ShownWaiver> shown_waivers(const sql::Database& database, const std::vector<Waiver>& waivers, Instant now) {
    const std::map<std::int64_t, std::string> paths = Units{database}.paths();
    std::vector<ShownWaiver> all;
    all.reserve(waivers.size());
    for (const Waiver& waiver : waivers) {
        ShownWaiver& shown = all.emplace_back(ShownWaiver{waiver, {}, {}, in_force(waiver, now)});
        if (waiver.device_id) {
            if (const std::optional<Device> device = Devices{database}.find(*waiver.device_id))
                shown.host_name = device->host_name;
        }
        if (!waiver.unit_id) continue;
        if (const auto path = paths.find(*waiver.unit_id); path != paths.end()) shown.unit = path->second;
    }
    return all;
}

std::string last_day_of(const Waiver& waiver) { return office_day(waiver.ends_at - std::chrono::seconds{1}); }

json to_json(const ShownWaiver& shown) {
    const Waiver& waiver = shown.waiver;
    return {{"id", waiver.id},
            {"rule", waiver.rule},
            {"instance", or_null(waiver.instance)},
            {"device_id", or_null(waiver.device_id)},
            {"host_name", or_null(shown.host_name)},
            {"unit_id", or_null(waiver.unit_id)},
            {"unit", or_null(shown.unit)},
            {"reason", waiver.reason},
            {"approved_by", waiver.approved_by},
            {"created_at", format_instant(waiver.created_at)},
            {"ends_on", last_day_of(waiver)},
            {"ended_at", or_null(waiver.ended_at)},
            {"ended_by", waiver.ended_at ? json(waiver.ended_by) : json()},
            {"in_force", shown.holds}};
}

json waivers_json(const std::vector<ShownWaiver>& waivers) {
    json list = json::array();
    for (const ShownWaiver& shown : waivers) list.push_back(to_json(shown));
    return list;
}

}  // namespace wardwatch
