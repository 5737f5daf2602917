// The people's API: the overview, units with their PCs counted, PCs, their verdicts and reports.
#include "reporting/central/views/routes.h"
#include "reporting/central/api/paging.h"
#include "reporting/central/devices/device_of.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/views/device_filter.h"
#include "reporting/central/views/device_page.h"
#include "reporting/central/views/overview.h"
#include "reporting/central/views/units.h"

namespace wardwatch {

namespace {

HttpResponse list_devices(const ApiContext& context, const Call& call) {
    const View view = context.view(call);
    const DeviceFilter filter = device_filter_from(call.query);
    const Page page = page_of(call);
    const UnitTree tree{view.database, view.scope};
    const FoundDevices found = filtered_devices(view, tree, filter, {page.offset, page.limit});
    nlohmann::json answer = page_json(page, found.total);
    answer["devices"] = devices_json(listed_devices(view, tree, found.devices));
    answer["versions"] = Devices{context.database}.agent_versions(call.scope);
    return json_response(200, answer);
}

nlohmann::json show_page(const View& view, const Device& device) { return to_json(device_page(view, device)); }

nlohmann::json show_verdicts(const View& view, const Device& device) { return to_json(device_verdicts(view, device)); }

nlohmann::json show_reports(const View& view, const Device& device) {
    return reports_json(listed_reports(view, device));
}

HttpResponse show_report(const ApiContext& context, const Call& call) {
    const std::optional<PastReport> report =
        past_report(context.view(call), device_of(context, call), call.arguments.at(1));
    if (!report) throw ApiError(404, "report_unknown", "This PC has no report with this id.");
    return json_response(200, to_json(*report));
}

HttpResponse list_changes(const ApiContext& context, const Call& call) {
    const View view = context.view(call);
    const Device device = device_of(context, call);
    const Page page = page_of(call);
    const ChangeHistory history{context.database};
    const UnitTree tree{view.database, view.scope};
    nlohmann::json answer = page_json(page, history.count_changes_of(device.device_id));
    answer["changes"] = nlohmann::json::array();
    for (const VerdictChange& change : history.changes_of(device.device_id, page.offset, page.limit))
        answer["changes"].push_back(to_json(shown_change(view, tree, change)));
    return json_response(200, answer);
}

HttpResponse show_overview(const ApiContext& context, const Call& call) {
    const std::optional<Overview> shown = overview(context.view(call), query_number(call, "unit"));
    if (!shown) throw ApiError(404, "unit_unknown", "There is no unit with this number; GET /api/v1/units has all.");
    return json_response(200, to_json(*shown));
}

HttpResponse export_units(const ApiContext& context, const Call& call) {
    HttpResponse response;
    response.headers["Content-Type"] = "text/csv; charset=utf-8";
    response.headers["Content-Disposition"] = "attachment; filename=\"units.csv\"";
    response.headers["Cache-Control"] = "no-store";
    response.body = [&] {
        try {
            return units_csv(context.view(call));
        } catch (const StoreError& error) {
            throw ApiError(409, "unit_conflict", error.what());
        }
    }();
    return response;
}

}  // namespace

std::vector<Route> view_routes(const ApiContext& context) {
    const auto about_one = [&context](nlohmann::json (*show)(const View&, const Device&)) {
        return [&context, show](const Call& call) {
            return json_response(200, show(context.view(call), device_of(context, call)));
        };
    };
    return {
        {"GET", "/api/v1/units",
         [&context](const Call& call) { return json_response(200, units_json(counted_units(context.view(call)))); },
         Right::read, "listUnits"},
        {"GET", "/api/v1/units.csv", [&context](const Call& call) { return export_units(context, call); }, Right::read,
         "exportUnits"},
        {"GET", "/api/v1/overview", [&context](const Call& call) { return show_overview(context, call); }, Right::read,
         "getOverview"},
        {"GET", "/api/v1/devices", [&context](const Call& call) { return list_devices(context, call); }, Right::read,
         "listDevices"},
        {"GET", "/api/v1/devices/{}", about_one(show_page), Right::read, "getDevice", Body::none, true},
        {"GET", "/api/v1/devices/{}/verdicts", about_one(show_verdicts), Right::read, "listVerdicts", Body::none, true},
        {"GET", "/api/v1/devices/{}/reports", about_one(show_reports), Right::read, "listReports", Body::none, true},
        {"GET", "/api/v1/devices/{}/reports/{}", [&context](const Call& call) { return show_report(context, call); },
         Right::read, "getReport", Body::none, true},
        {"GET", "/api/v1/devices/{}/changes", [&context](const Call& call) { return list_changes(context, call); },
         Right::read, "listDeviceChanges", Body::none, true},
    };
}

}  // namespace wardwatch
