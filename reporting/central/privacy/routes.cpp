// Gives out and erases what is stored about a PC or a person.
#include "reporting/central/privacy/routes.h"

#include "reporting/central/audit/person_mark.h"
#include "reporting/central/devices/device_of.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/privacy/json.h"
#include "reporting/central/privacy/user_data_store.h"

namespace wardwatch {

namespace {

using nlohmann::json;

/// What an answer holds in memory; the command line writes all of it.
constexpr std::int64_t most_exported_bytes = 32 << 20;
/// Reading more would take too long for a request.
constexpr std::int64_t most_reports_read = 200'000;
constexpr std::size_t longest_sent_name = 300;
constexpr std::size_t longest_reason = 1000;

HttpResponse export_one(const ApiContext& context, const Call& call) {
    const Device device = device_of(context, call);
    HttpResponse response;
    response.headers["Content-Type"] = "application/json";
    response.headers["Content-Disposition"] = "attachment; filename=\"" + device.device_id + ".json\"";
    response.headers["Cache-Control"] = "no-store";
    export_device(context.database, device.device_id, most_exported_bytes,
                  [&](const std::string& text) { response.body += text; });
    return response;
}

HttpResponse erase_one(const ApiContext& context, const Call& call) {
    const Device device = device_of(context, call);
    const std::string reason = text_member(body_object(call), "reason", 1, longest_reason);
    if (!device.revoked_at)
        throw ApiError(409, "device_in_use", "Revoke this PC first, so that it sends nothing more; then erase it.");
    call.note(device.device_id, reason);
    const ErasedDevice erased = erase_device(context.database, device.device_id);
    context.log("device erased device=" + device.device_id + " user=" + call.person.name);
    return json_response(200, erased_json(erased));
}

struct PersonOrder {
    std::vector<std::string> names;
    std::string reason;
};

PersonOrder read_person_order(const ApiContext& context, const Call& call, bool with_reason) {
    PersonOrder order;
    // The body holds names, and would be recorded without a note.
    call.note("", "names");
    read_body(call, [&](JsonObject& body) {
        const json& list = body.member("names");
        if (!list.is_array()) throw JsonError("names: expected a list of names");
        for (const json& name : list)
            order.names.push_back(
                text_of(name, {1, longest_sent_name}, "names[" + std::to_string(order.names.size()) + "]"));
        if (with_reason) order.reason = body.text("reason", {1, longest_reason});
    });
    std::string marks;
    for (const std::string& name : order.names) marks += (marks.empty() ? "" : " ") + person_mark(name);
    // Before it is done: what throws from here on is recorded with it.
    call.note(marks, with_reason ? order.reason : std::to_string(order.names.size()) + " names");
    if (Reports{context.database}.count() > most_reports_read)
        throw ApiError(409, "too_many_reports",
                       "This centre holds more reports than a request may read: use `wardwatch-central person` on its "
                       "machine.");
    return order;
}

PersonNames names_of(const PersonOrder& order) {
    try {
        return PersonNames{order.names};
    } catch (const StoreError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
}

HttpResponse export_person(const ApiContext& context, const Call& call) {
    const PersonOrder order = read_person_order(context, call, false);
    return json_response(200, PersonData{context.database}.found(names_of(order)));
}

HttpResponse erase_person(const ApiContext& context, const Call& call) {
    const PersonOrder order = read_person_order(context, call, true);
    const PersonData::Erased erased = PersonData{context.database}.erase(names_of(order), {call.person.name, call.now});
    context.log("person erased user=" + call.person.name + " reports=" + std::to_string(erased.reports));
    return json_response(200, erased_json(erased));
}

HttpResponse erase_one_user(const ApiContext& context, const Call& call) {
    require_no_token(call);
    const std::string& name = call.arguments.at(0);
    try {
        erase_user(context.database, name);
    } catch (const StoreError& error) {
        throw ApiError(409, "not_possible", error.what());
    }
    context.log("user erased user=" + name + " by=" + call.person.name);
    return json_response(200, {{"erased", name}});
}

}  // namespace

std::vector<Route> privacy_routes(const ApiContext& context) {
    const auto with = [&context](HttpResponse (*act)(const ApiContext&, const Call&)) {
        return [&context, act](const Call& call) { return act(context, call); };
    };
    return {
        {"GET", "/api/v1/devices/{}/export", with(export_one), Right::administer, "exportDevice", Body::none, true},
        {"POST", "/api/v1/devices/{}/erase", with(erase_one), Right::administer, "eraseDevice", Body::object},
        {"DELETE", "/api/v1/users/{}", with(erase_one_user), Right::administer, "eraseUser"},
        {"POST", "/api/v1/persons/export", with(export_person), Right::administer, "exportPerson", Body::object},
        {"POST", "/api/v1/persons/erase", with(erase_person), Right::administer, "erasePerson", Body::object},
    };
}

}  // namespace wardwatch
