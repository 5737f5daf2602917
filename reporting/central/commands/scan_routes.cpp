// The people's API: scan now, how far that has come, and what a PC was asked for.
#include "reporting/central/commands/routes.h"
#include "reporting/central/commands/scans.h"
#include "reporting/central/devices/device_of.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/views/device_filter.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

constexpr std::size_t most_devices = 1000;
constexpr std::size_t commands_shown = 100;

ScanTargets read_targets(const View& view, JsonObject& body) {
    ScanTargets targets;
    if (body.has("devices")) {
        const nlohmann::json& list = body.member("devices");
        if (!list.is_array() || list.empty() || list.size() > most_devices)
            throw JsonError("devices: expected 1 to 1000 device ids");
        for (std::size_t i = 0; i < list.size(); ++i)
            targets.devices.push_back(text_of(list[i], {1, 255}, "devices[" + std::to_string(i) + "]"));
    }
    if (body.has("unit")) targets.unit = std::to_string(body.integer("unit"));
    if (body.has("all")) targets.all = body.boolean("all");
    if (body.has("filter")) {
        DeviceFilter filter = device_filter_from(body.member("filter"), "filter");
        filter.revoked = false;
        targets.chosen.emplace();
        const UnitTree tree{view.database, view.scope};
        for (const Device& device : filtered_devices(view, tree, filter).devices)
            targets.chosen->push_back(device.device_id);
    }
    const int said = (targets.devices.empty() ? 0 : 1) + (targets.unit.empty() ? 0 : 1) + (targets.all ? 1 : 0) +
                     (targets.chosen ? 1 : 0);
    if (said != 1) throw JsonError("say one of \"devices\": [ids], \"unit\": number, \"all\": true, \"filter\": {…}");
    return targets;
}

std::chrono::hours read_life(JsonObject& body) {
    if (!body.has("expires_hours")) return default_scan_life;
    const std::int64_t hours = body.integer("expires_hours");
    if (hours < 1 || hours > longest_scan_life.count()) throw JsonError("expires_hours: expected 1 to 720");
    return std::chrono::hours{hours};
}

HttpResponse start_scan(const ApiContext& context, const Call& call) {
    const nlohmann::json object = body_object(call);
    ScanTargets targets;
    std::chrono::hours life{};
    try {
        JsonObject body{object, ""};
        targets = read_targets(context.view(call), body);
        life = read_life(body);
        body.refuse_others();
    } catch (const JsonError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
    OrderedScan scan;
    try {
        scan = order_scan(context.database, targets, call.person.name, call.now, life, call.scope);
    } catch (const StoreError& error) {
        throw ApiError(404, "no_device", error.what());
    }
    context.log("scan asked batch=" + scan.batch_id + " devices=" + std::to_string(scan.device_ids.size()) +
                " user=" + call.person.name);
    return json_response(201, scan_json(find_scan(context.database, scan.batch_id, call.now, call.scope).value()));
}

HttpResponse show_scan(const ApiContext& context, const Call& call) {
    const std::optional<ShownBatch> scan = find_scan(context.database, call.arguments.at(0), call.now, call.scope);
    if (!scan) throw ApiError(404, "scan_unknown", "There is no scan with this batch id; it may be too long ago.");
    return json_response(200, scan_json(*scan));
}

constexpr std::chrono::minutes longest_stream{10};  // then the page's EventSource asks again

/// Server-sent events: the scan as it stands, at once and whenever it has changed, until it is finished.
HttpResponse follow_scan(const ApiContext& context, const Call& call) {
    HttpResponse response = show_scan(context, call);
    response.headers["Content-Type"] = "text/event-stream";
    response.body.clear();
    response.go_on = [&context, batch = call.arguments.at(0), scope = call.scope, began = call.now,
                      last = std::string{}, over = false]() mutable -> std::optional<std::string> {
        const Instant now = context.clock();
        if (over || now - began > longest_stream) return std::nullopt;
        const std::optional<ShownBatch> scan = find_scan(context.database, batch, now, scope);
        if (!scan) return std::nullopt;
        std::string text = scan_json(*scan).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        over = scan->finished();
        // A comment now and then, so that a client that is gone is noticed.
        if (text == last) return now.time_since_epoch().count() % 15 == 0 ? ":\n\n" : "";
        last = std::move(text);
        return "event: scan\ndata: " + last + "\n\n";
    };
    return response;
}

/// Scans and updates that the PC was asked for, the newest 100 first.
HttpResponse list_device_commands(const ApiContext& context, const Call& call) {
    const Device device = device_of(context, call);
    nlohmann::json list = nlohmann::json::array();
    for (const StoredCommand& command : Commands{context.database}.of(device.device_id, commands_shown)) {
        list.push_back({{"command_id", command.id},
                        {"batch_id", command.batch_id},
                        {"kind", command.kind},
                        {"argument", command.argument},
                        {"created_by", command.created_by},
                        {"created_at", format_instant(command.created_at)},
                        {"expires_at", format_instant(command.expires_at)},
                        {"state", shown_state(command, call.now)},
                        {"changed_at", format_instant(command.changed_at)},
                        {"collector", command.collector},
                        {"position", command.position},
                        {"count", command.count},
                        {"report_id", command.report_id},
                        {"problem", command.problem},
                        {"problem_text", problem_text_json(command.problem)}});
    }
    return json_response(200, {{"commands", std::move(list)}});
}

}  // namespace

std::vector<Route> scan_routes(const ApiContext& context) {
    return {
        {"POST", "/api/v1/scans", [&context](const Call& call) { return start_scan(context, call); }, Right::scan,
         "startScan", Body::object},
        {"GET", "/api/v1/scans",
         [&context](const Call& call) {
             return json_response(200, scans_json(newest_scans(context.database, call.now, call.scope)));
         },
         Right::read, "listScans"},
        {"GET", "/api/v1/scans/{}", [&context](const Call& call) { return show_scan(context, call); }, Right::read,
         "getScan"},
        {"GET", "/api/v1/scans/{}/events", [&context](const Call& call) { return follow_scan(context, call); },
         Right::read, "followScan"},
        {"GET", "/api/v1/devices/{}/commands",
         [&context](const Call& call) { return list_device_commands(context, call); }, Right::read,
         "listDeviceCommands"},
    };
}

}  // namespace wardwatch
