// The people's API: reports that are sent each month.
#include <algorithm>

#include "reporting/central/registers/web_routes.h"
#include "reporting/central/reports/routes.h"
#include "reporting/central/reports/schedules.h"

namespace wardwatch {

using nlohmann::json;

namespace {

std::vector<std::string> text_list(const json& list, const char* name, std::size_t most) {
    if (!list.is_array() || list.empty() || list.size() > most)
        throw JsonError(std::string{name} + ": expected a list of 1 to " + std::to_string(most));
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < list.size(); ++i)
        texts.push_back(text_of(list[i], {1, 254}, std::string{name} + "[" + std::to_string(i) + "]"));
    return texts;
}

ReportSchedule read_schedule(JsonObject& body) {
    ReportSchedule schedule;
    if (body.has("unit_id") && !body.member("unit_id").is_null()) schedule.unit_id = body.integer("unit_id");
    schedule.recipients = text_list(body.member("recipients"), "recipients", 50);
    for (const std::string& address : schedule.recipients) {
        const std::size_t at = address.find('@');
        if (at == 0 || at == std::string::npos || at + 1 == address.size() ||
            address.find_first_of(" <>,;") != std::string::npos)
            throw JsonError("recipients: \"" + address + "\" is no address like ten@coquan.gov.vn");
    }
    schedule.day_of_month = body.integer("day_of_month");
    if (schedule.day_of_month < 1 || schedule.day_of_month > 28) throw JsonError("day_of_month: expected 1 to 28");
    schedule.attachments = {"html", "xlsx"};
    if (body.has("attachments")) schedule.attachments = text_list(body.member("attachments"), "attachments", 3);
    for (const std::string& kind : schedule.attachments) {
        if (std::find(std::begin(report_attachments), std::end(report_attachments), kind) ==
            std::end(report_attachments))
            throw JsonError("attachments: expected html, xlsx or csv");
    }
    if (body.has("language")) {
        const std::string language = body.text("language", {2, 2});
        if (language != "vi" && language != "en") throw JsonError("language: expected vi or en");
        schedule.language = language == "en" ? Language::en : Language::vi;
    }
    body.refuse_others();
    return schedule;
}

HttpResponse add_schedule(const ApiContext& context, const Call& call) {
    ReportSchedule schedule;
    read_body(call, [&](JsonObject& body) { schedule = read_schedule(body); });
    schedule.created_by = call.person.name;
    ReportSchedules schedules{context.database};
    try {
        schedule.id = schedules.add(schedule, call.now);
    } catch (const StoreError& error) {
        throw ApiError(404, "unit_unknown", error.what());
    }
    const std::optional<ReportSchedule> added = schedules.find(schedule.id);
    if (!added) throw ApiError(404, "schedule_unknown", "The schedule was removed meanwhile.");
    return json_response(201, to_json(shown_schedules(context.database, {*added}).front()));
}

HttpResponse remove_schedule(const ApiContext& context, const Call& call) {
    ReportSchedules schedules{context.database};
    for (const ReportSchedule& schedule : schedules.all()) {
        if (std::to_string(schedule.id) != call.arguments.at(0)) continue;
        schedules.remove(schedule.id);
        return json_response(200, {{"removed", schedule.id}});
    }
    throw ApiError(404, "schedule_unknown", "There is no schedule with this number.");
}

}  // namespace

std::vector<Route> report_schedule_routes(const ApiContext& context) {
    return {
        {"GET", "/api/v1/report-schedules",
         [&context](const Call&) {
             const std::vector<ReportSchedule> schedules = ReportSchedules{context.database}.all();
             return json_response(200, schedules_json(shown_schedules(context.database, schedules)));
         },
         Right::administer, "listReportSchedules"},
        {"POST", "/api/v1/report-schedules", [&context](const Call& call) { return add_schedule(context, call); },
         Right::administer, "addReportSchedule", Body::object},
        {"DELETE", "/api/v1/report-schedules/{}",
         [&context](const Call& call) { return remove_schedule(context, call); }, Right::administer,
         "removeReportSchedule"},
    };
}

}  // namespace wardwatch
