// The people's API: the policy in force, its versions, what another one would change, and publishing.
#include <algorithm>
#include <charconv>
#include <memory>
#include <thread>

#include "reporting/central/api/roles.h"
#include "reporting/central/judging/policy_changes.h"
#include "reporting/central/judging/policy_preview.h"
#include "reporting/central/judging/routes.h"
#include "reporting/central/units/store.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr unsigned preview_threads = 4;
/// Each has threads of its own, which no queue of requests counts.
constexpr int most_previews = 8;
constexpr std::chrono::seconds come_when_one_is_over{10};
/// So long the first line is waited for: then it is the last one in most offices.
constexpr std::chrono::milliseconds short_preview{300};
constexpr std::chrono::hours longest_preview{1};
/// A line of JSON for each second, the last one with the preview.
constexpr const char* progress_lines = "application/x-ndjson";

std::set<std::string> read_names(const json& list, const std::string& place) {
    if (!list.is_array() || list.size() > 500) throw JsonError(place + ": expected a list of rules");
    std::set<std::string> names;
    for (const json& name : list) names.insert(text_of(name, {1, 100}, place));
    return names;
}

PolicyChange read_change(JsonObject& body) {
    if (body.has("official_hosts"))
        throw JsonError(
            "official_hosts: cannot be changed here; PCs count with the list of their own program and their setting "
            "official_hosts");
    PolicyChange change;
    if (body.has("parameters")) {
        JsonObject object{body.member("parameters"), "parameters"};
        for (const auto& [name, ignored] : body.member("parameters").items())
            change.parameters[name] = object.integer(name);
    }
    if (body.has("severities")) {
        JsonObject object{body.member("severities"), "severities"};
        for (const auto& [rule, ignored] : body.member("severities").items())
            change.severities[rule] = object.text(rule, {1, 20});
    }
    if (body.has("disabled")) change.disabled = read_names(body.member("disabled"), "disabled");
    if (body.has("from_built_in")) change.from_built_in = body.boolean("from_built_in");
    return change;
}

/// The caller's units, or those of the unit that is named.
Scope preview_scope(const ApiContext& context, const Call& call, const std::optional<std::int64_t>& unit) {
    if (!unit) return call.scope;
    const std::vector<Unit> units = Units{context.database}.all();
    const bool known = std::any_of(units.begin(), units.end(), [&](const Unit& one) { return one.id == *unit; });
    if (!known || !call.scope.holds(*unit)) throw ApiError(404, "unit_unknown", "There is no unit with this number.");
    return Scope{Units{context.database}.and_below(*unit)};
}

template <class Work>
auto refusing_bad_changes(const Work& work) {
    try {
        return work();
    } catch (const JsonError& error) {
        throw ApiError(400, "bad_request", error.what());
    } catch (const PolicyError& error) {
        throw ApiError(400, "bad_policy", error.what());
    }
}

json line_of(RunningPreview& running) {
    const PreviewProgress& progress = running.progress();
    if (!running.over(std::chrono::milliseconds{0}))
        return {{"done", progress.done.load()}, {"of", progress.of.load()}};
    try {
        return {{"preview", preview_json(running.take())}};
    } catch (const std::exception&) {
        return {{"error", "internal"}};
    }
}

/// Tells how far it is, and ends it when the client is gone. No thread is kept for that.
HttpResponse following(std::shared_ptr<RunningPreview> running) {
    HttpResponse response;
    response.headers["Content-Type"] = progress_lines;
    response.headers["Cache-Control"] = "no-store";
    response.go_on = [running = std::move(running), over = false]() mutable -> std::optional<std::string> {
        if (over) return std::nullopt;
        const json line = line_of(*running);
        over = !line.contains("done");
        return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    };
    return response;
}

bool takes_progress(const Call& call) {
    const auto accepted = call.request.headers.find("Accept");
    return accepted != call.request.headers.end() && accepted->second.find(progress_lines) != std::string::npos;
}

HttpResponse show_preview(const ApiContext& context, CurrentPolicy& policy, const Call& call) {
    const json object = body_object(call);
    return refusing_bad_changes([&] {
        JsonObject body{object, ""};
        const PolicyChange change = read_change(body);
        std::optional<std::int64_t> unit;
        if (body.has("unit") && !body.member("unit").is_null()) unit = body.integer("unit");
        body.refuse_others();
        if (RunningPreview::at_once() >= most_previews)
            throw ApiError(503, "busy", "Too many previews are made at this moment; come again later.",
                           come_when_one_is_over);
        policy.refresh(context.database);
        const PolicyInForce& in_force = policy.get();
        const ChangedPolicy changed =
            changed_policy(base_text(context.database, change, in_force.number), change, in_force.number + 1);
        const auto running =
            std::make_shared<RunningPreview>([database = context.database, in_force, proposed = changed.policy,
                                              now = call.now, silent_after = context.silent_after,
                                              scope = preview_scope(context, call, unit)](PreviewProgress& progress) {
                return preview_policy(database, in_force, proposed, now, silent_after, scope,
                                      std::min(preview_threads, std::thread::hardware_concurrency()), progress);
            });
        if (takes_progress(call)) {
            running->over(short_preview);
            return following(running);
        }
        running->over(longest_preview);
        return json_response(200, preview_json(running->take()));
    });
}

struct PublishOrder {
    PolicyChange change;
    PolicyVersion version;
};

PublishOrder read_publish_order(const ApiContext& context, CurrentPolicy& policy, const Call& call,
                                const json& object) {
    JsonObject body{object, ""};
    PublishOrder order;
    order.change = read_change(body);
    order.version.reason = body.text("reason", {1, 1000});
    order.version.rejudged = body.has("rejudge_history") && body.boolean("rejudge_history");
    order.version.created_by = call.person.name;
    order.version.created_at = call.now;
    policy.refresh(context.database);
    order.version.number = policy.get().number + 1;
    if (body.has("based_on")) order.version.number = body.integer("based_on") + 1;
    body.refuse_others();
    if (order.version.reason.find_first_not_of(' ') == std::string::npos)
        throw JsonError("reason: say why the policy is changed");
    return order;
}

HttpResponse publish_policy(const ApiContext& context, CurrentPolicy& policy, const Call& call) {
    if (!call.scope.everything())
        throw ApiError(403, "not_allowed", "The policy is for all units, and your role is not.");
    const json object = body_object(call);
    return refusing_bad_changes([&] {
        PublishOrder order = read_publish_order(context, policy, call, object);
        switch (publish(context.database, policy, order.change, order.version)) {
            case Publishing::published:
                break;
            case Publishing::changed_meanwhile:
                throw ApiError(409, "policy_changed",
                               "Somebody else has published another version meanwhile; look at it and try again.");
            case Publishing::nothing_changed:
                throw ApiError(400, "nothing_changed", "This is the policy that is in force already.");
        }
        context.log("policy published number=" + std::to_string(order.version.number) + " user=" + call.person.name);
        return json_response(201, version_json(order.version, policy.get().number));
    });
}

HttpResponse one_version(const ApiContext& context, const Call& call) {
    const std::string& argument = call.arguments.at(0);
    std::int64_t number = 0;
    std::from_chars(argument.data(), argument.data() + argument.size(), number);
    const std::optional<std::string> text =
        std::to_string(number) == argument ? Policies{context.database}.text(number) : std::nullopt;
    if (!text) throw ApiError(404, "version_unknown", "The policy has no version with this number.");
    return json_response(200, parse_own(*text));
}

}  // namespace

std::vector<Route> policy_routes(const ApiContext& context, CurrentPolicy& policy) {
    return {
        {"GET", "/api/v1/policy",
         [&policy](const Call&) { return json_response(200, policy_in_force_json(policy.get())); }, Right::read,
         "getPolicy"},
        {"GET", "/api/v1/policy/versions",
         [&context, &policy](const Call&) {
             return json_response(200, versions_json(policy_versions(context.database, policy.get())));
         },
         Right::read, "listPolicyVersions"},
        {"GET", "/api/v1/policy/versions/{}", [&context](const Call& call) { return one_version(context, call); },
         Right::read, "getPolicyVersion"},
        {"POST", "/api/v1/policy/preview",
         [&context, &policy](const Call& call) { return show_preview(context, policy, call); }, Right::administer,
         "previewPolicy", Body::object},
        {"POST", "/api/v1/policy/versions",
         [&context, &policy](const Call& call) { return publish_policy(context, policy, call); }, Right::administer,
         "publishPolicy", Body::object},
    };
}

}  // namespace wardwatch
