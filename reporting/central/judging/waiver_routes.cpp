// The people's API: waivers.
#include <algorithm>
#include <charconv>

#include "reporting/central/api/roles.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/judging/routes.h"
#include "reporting/central/judging/waiver_orders.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/units/store.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

/// In the request itself; housekeeping judges the others within seconds.
constexpr std::size_t judged_at_once = 200;

bool administers(const ApiContext& context, const Call& call, const Waiver& waiver) {
    if (call.scope.everything()) return true;
    if (waiver.unit_id) return call.scope.holds(*waiver.unit_id);
    if (!waiver.device_id) return false;
    const std::optional<Device> device = Devices{context.database}.find(*waiver.device_id);
    return device && call.scope.holds(device->unit_id);
}

/// The person's unit and all above it.
std::set<std::int64_t> units_above(const sql::Database& database, const Person& person) {
    std::map<std::int64_t, std::optional<std::int64_t>> parents;
    for (const Unit& unit : Units{database}.all()) parents[unit.id] = unit.parent_id;
    std::set<std::int64_t> line;
    for (std::optional<std::int64_t> id = person.unit_id; id && line.insert(*id).second;) id = parents[*id];
    return line;
}

/// Also those of units above and of all units: they are why a verdict of the person's own PCs is waived.
std::vector<Waiver> visible_waivers(const ApiContext& context, const Call& call) {
    std::vector<Waiver> waivers = Waivers{context.database}.all();
    const std::set<std::int64_t> above = units_above(context.database, call.person);
    const auto active = call.query.find("active");
    std::erase_if(waivers, [&](const Waiver& waiver) {
        if (active != call.query.end() && active->second == "true" && !in_force(waiver, call.now)) return true;
        const bool general = !waiver.device_id && (!waiver.unit_id || above.contains(*waiver.unit_id));
        return !general && !administers(context, call, waiver);
    });
    return waivers;
}

WaiverOrder read_waiver_order(const json& object) {
    try {
        JsonObject body{object, ""};
        const auto given = [&](const char* name) { return body.has(name) && !body.member(name).is_null(); };
        WaiverOrder order;
        order.rule = body.text("rule", {1, 100});
        if (given("instance")) order.instance = body.text("instance", {0, 1000});
        if (given("device_id")) order.device_id = body.text("device_id", {1, 100});
        if (given("unit_id")) order.unit_id = body.integer("unit_id");
        order.reason = body.text("reason", {1, 1000});
        order.ends_on = body.text("ends_on", {10, 10});
        body.refuse_others();
        return order;
    } catch (const JsonError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
}

void require_target(const ApiContext& context, const Call& call, const WaiverOrder& order) {
    if (order.device_id) {
        const std::optional<Device> device = Devices{context.database}.find(*order.device_id);
        if (!device || !call.scope.holds(device->unit_id))
            throw ApiError(404, "device_unknown", "There is no PC with this device id.");
    }
    if (order.unit_id) {
        const std::vector<Unit> units = Units{context.database}.all();
        const bool known =
            std::any_of(units.begin(), units.end(), [&](const Unit& unit) { return unit.id == *order.unit_id; });
        if (!known || !call.scope.holds(*order.unit_id))
            throw ApiError(404, "unit_unknown", "There is no unit with this number.");
    }
    if (!order.device_id && !order.unit_id && !call.scope.everything())
        throw ApiError(400, "bad_request", "Name a PC or a unit: your role is not for all units.");
}

void judge_due_for_waiver(const ApiContext& context, const CurrentPolicy& policy, const Call& call) {
    const auto failed = [&](const std::string& device_id, const std::string& why) {
        context.log("not judged again device=" + device_id + ": " + why);
    };
    judge_stale_devices(context.database, policy.get(), call.now, failed, judged_at_once);
}

HttpResponse one_waiver(const ApiContext& context, const Call& call, unsigned status, std::int64_t id) {
    return json_response(
        status,
        to_json(shown_waivers(context.database, {Waivers{context.database}.find(id).value()}, call.now).front()));
}

HttpResponse add_waiver(const ApiContext& context, const CurrentPolicy& policy, const Call& call) {
    const WaiverOrder order = read_waiver_order(body_object(call));
    require_target(context, call, order);
    const Waiver waiver = [&] {
        try {
            return make_waiver(context.policy(), order, {call.person.name, call.now});
        } catch (const StoreError& error) {
            throw ApiError(400, "bad_request", error.what());
        }
    }();
    const std::int64_t id = Waivers{context.database}.add(waiver);
    judge_due_for_waiver(context, policy, call);
    context.log("waiver made id=" + std::to_string(id) + " rule=" + waiver.rule + " user=" + call.person.name);
    return one_waiver(context, call, 201, id);
}

HttpResponse end_waiver(const ApiContext& context, const CurrentPolicy& policy, const Call& call) {
    const std::string& text = call.arguments.at(0);
    std::int64_t id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id);
    Waivers waivers{context.database};
    const std::optional<Waiver> waiver = waivers.find(id);
    if (!waiver || std::to_string(id) != text || !administers(context, call, *waiver))
        throw ApiError(404, "waiver_unknown", "There is no waiver with this number.");
    if (!waivers.end(id, {call.person.name, call.now}))
        throw ApiError(409, "waiver_ended", "This waiver has ended already.");
    judge_due_for_waiver(context, policy, call);
    context.log("waiver ended id=" + text + " user=" + call.person.name);
    return one_waiver(context, call, 200, id);
}

}  // namespace

std::vector<Route> waiver_routes(const ApiContext& context, const CurrentPolicy& policy) {
    return {
        {"GET", "/api/v1/waivers",
         [&context](const Call& call) {
             const std::vector<Waiver> waivers = visible_waivers(context, call);
             return json_response(200, {{"waivers", waivers_json(shown_waivers(context.database, waivers, call.now))}});
         },
         Right::read, "listWaivers"},
        {"POST", "/api/v1/waivers", [&context, &policy](const Call& call) { return add_waiver(context, policy, call); },
         Right::administer, "addWaiver", Body::object},
        {"DELETE", "/api/v1/waivers/{}",
         [&context, &policy](const Call& call) { return end_waiver(context, policy, call); }, Right::administer,
         "endWaiver"},
    };
}

}  // namespace wardwatch
