// The people's API: what a person must look at, and that somebody has.
#include "reporting/central/devices/device_of.h"
#include "reporting/central/devices/notice_store.h"
#include "reporting/central/units/tree.h"
#include "reporting/central/views/device_notices.h"
#include "reporting/central/views/routes.h"

namespace wardwatch {

namespace {

HttpResponse list_notices(const ApiContext& context, const Call& call) {
    const auto settled = call.query.find("settled");
    const bool all = settled != call.query.end() && settled->second == "true";
    return json_response(
        200, {{"notices", notices_json(listed_notices(context.view(call), query_number(call, "unit"), all))}});
}

HttpResponse settle_notice(const ApiContext& context, const Call& call) {
    const Device device = device_of(context, call);
    const std::optional<NoticeKind> kind = notice_kind_from(call.arguments.at(1));
    if (!kind || !Notices{context.database}.settle(device.device_id, *kind, {call.person.name, call.now}))
        throw ApiError(404, "notice_unknown", "There is no such notice about this PC.");
    const View view = context.view(call);
    return json_response(200,
                         {{"notices", notices_json(notices_of(view, UnitTree{view.database, view.scope}, device))}});
}

}  // namespace

std::vector<Route> notice_routes(const ApiContext& context) {
    return {
        {"GET", "/api/v1/notices", [&context](const Call& call) { return list_notices(context, call); }, Right::read,
         "listNotices"},
        {"POST", "/api/v1/devices/{}/notices/{}/settle",
         [&context](const Call& call) { return settle_notice(context, call); }, Right::administer, "settleNotice"},
    };
}

}  // namespace wardwatch
