// The people's API: files to keep, and the report that is printed.
#include <algorithm>

#include "reporting/central/formats/office_time.h"
#include "reporting/central/registers/web_routes.h"
#include "reporting/central/reports/exports.h"
#include "reporting/central/reports/page.h"
#include "reporting/central/reports/routes.h"
#include "reporting/central/views/device_filter.h"
#include "reporting/policy/notice.h"

namespace wardwatch {

namespace {

constexpr const char* csv_type = "text/csv; charset=utf-8";
constexpr const char* xlsx_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr std::size_t longest_words = 200;

std::string query_text(const Call& call, const char* name) {
    const auto found = call.query.find(name);
    if (found == call.query.end()) return "";
    if (found->second.size() > longest_words)
        throw ApiError(400, "bad_request", std::string{name} + " must have at most 200 bytes.");
    return found->second;
}

std::string query_day(const Call& call, const char* name, const std::string& otherwise) {
    const std::string day = query_text(call, name);
    if (day.empty()) return otherwise;
    if (!is_day(day)) throw ApiError(400, "bad_request", std::string{name} + " must be a day like 2026-11-22.");
    return day;
}

ComplianceReport report_asked(const ApiContext& context, const Call& call) {
    const std::string today = office_day(call.now);
    Period period;
    period.to = std::min(query_day(call, "to", today), today);
    period.from = query_day(call, "from", period.to.substr(0, 8) + "01");
    if (period.from > period.to) throw ApiError(400, "bad_request", "from must not be after to, nor in the future.");
    try {
        return compliance_report(context.view(call), query_number(call, "unit"), period, query_language(call));
    } catch (const StoreError& error) {
        throw ApiError(404, "unit_unknown", error.what());
    }
}

ExportedDevices devices_asked(const ApiContext& context, const Call& call) {
    DeviceFilter filter = device_filter_from(call.query);
    filter.revoked = filter.revoked.value_or(false);
    const UnitTree tree{context.database, call.scope};
    return {context.database, filtered_ids(context.view(call), tree, filter).ids};
}

HttpResponse show_page(const ApiContext& context, const Call& call) {
    ReportPageWords words{query_text(call, "superior"),
                          query_text(call, "issuer"),
                          query_text(call, "number"),
                          query_text(call, "place"),
                          query_text(call, "title"),
                          query_text(call, "signer"),
                          {}};
    std::string recipients = query_text(call, "recipients");
    while (!recipients.empty()) {
        const std::size_t end = std::min(recipients.find(';'), recipients.size());
        if (end > 0) words.recipients.push_back(recipients.substr(0, end));
        recipients.erase(0, end + 1);
    }
    HttpResponse response;
    response.headers["Content-Type"] = "text/html; charset=utf-8";
    response.headers["Cache-Control"] = "no-store";
    response.headers["Content-Security-Policy"] = report_page_policy();
    response.body = report_page(report_asked(context, call), words);
    return response;
}

/// Nothing in it is from outside, so that its own style may stand in it.
HttpResponse show_notice(const Call& call) {
    HttpResponse response;
    response.headers["Content-Type"] = "text/html; charset=utf-8";
    response.headers["Cache-Control"] = "no-store";
    response.headers["Content-Security-Policy"] =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    response.body = staff_notice_page(query_language(call));
    return response;
}

}  // namespace

std::vector<Route> export_routes(const ApiContext& context) {
    const auto file = [&context](const char* type, const char* name,
                                 std::string (*write)(const ApiContext&, const Call&)) {
        return
            [&context, type, name, write](const Call& call) { return file_response(type, name, write(context, call)); };
    };
    return {
        {"GET", "/api/v1/exports/devices.csv",
         file(csv_type, "devices.csv",
              [](const ApiContext& from, const Call& call) {
                  return devices_csv(from.view(call), devices_asked(from, call), query_language(call));
              }),
         Right::read, "exportDevicesCsv", Body::none, true},
        {"GET", "/api/v1/exports/devices.xlsx",
         file(xlsx_type, "devices.xlsx",
              [](const ApiContext& from, const Call& call) {
                  return devices_xlsx(from.view(call), devices_asked(from, call), query_language(call));
              }),
         Right::read, "exportDevicesXlsx", Body::none, true},
        {"GET", "/api/v1/exports/compliance.csv",
         file(csv_type, "compliance.csv",
              [](const ApiContext& from, const Call& call) { return compliance_csv(report_asked(from, call)); }),
         Right::read, "exportComplianceCsv", Body::none, true},
        {"GET", "/api/v1/exports/compliance.xlsx",
         file(xlsx_type, "compliance.xlsx",
              [](const ApiContext& from, const Call& call) { return compliance_xlsx(report_asked(from, call)); }),
         Right::read, "exportComplianceXlsx", Body::none, true},
        {"GET", "/api/v1/exports/report.html", [&context](const Call& call) { return show_page(context, call); },
         Right::read, "showReport", Body::none, true},
        {"GET", "/api/v1/exports/notice.html", show_notice, Right::read, "showNotice"},
    };
}

}  // namespace wardwatch
