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

json waivers_json(const sql::Database& database, const std::vector<Waiver>& waivers, Instant now) {
    const std::map<std::int64_t, std::string> paths = Units{database}.paths();
    json list = json::array();
    for (const Waiver& waiver : waivers) {
        const std::optional<Device> device =
            waiver.device_id ? Devices{database}.find(*waiver.device_id) : std::nullopt;
        const auto path = waiver.unit_id ? paths.find(*waiver.unit_id) : paths.end();
        list.push_back({{"id", waiver.id},
                        {"rule", waiver.rule},
                        {"instance", or_null(waiver.instance)},
                        {"device_id", or_null(waiver.device_id)},
                        {"host_name", device ? json(device->host_name) : json()},
                        {"unit_id", or_null(waiver.unit_id)},
                        {"unit", path != paths.end() ? json(path->second) : json()},
                        {"reason", waiver.reason},
                        {"approved_by", waiver.approved_by},
                        {"created_at", format_instant(waiver.created_at)},
                        {"ends_on", office_day(waiver.ends_at - std::chrono::seconds{1})},
                        {"ended_at", or_null(waiver.ended_at)},
                        {"ended_by", waiver.ended_at ? json(waiver.ended_by) : json()},
                        {"in_force", in_force(waiver, now)}});
    }
    return list;
}

}  // namespace wardwatch
