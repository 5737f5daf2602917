// The people's API: the audit log.
#include "reporting/central/audit/routes.h"
#include "reporting/central/api/json.h"
#include "reporting/central/audit/store.h"
#include "reporting/central/formats/office_time.h"

namespace wardwatch {

namespace {

std::string query_text(const Call& call, std::string_view name) {
    const auto found = call.query.find(name);
    return found == call.query.end() ? "" : found->second;
}

/// A day of the office ("2026-11-22") or an instant. `end`: of the day, that is the beginning of the next; just behind
/// the instant.
std::optional<Instant> query_time(const Call& call, std::string_view name, bool end) {
    const std::string text = query_text(call, name);
    if (text.empty()) return std::nullopt;
    try {
        return day_or_instant(text, end);
    } catch (const std::exception&) {
        throw ApiError(
            400, "bad_request",
            std::string{name} + " must be a day as \"2026-11-22\" or an instant as \"2026-11-22T03:00:00Z\".");
    }
}

AuditFilter filter_of(const Call& call) {
    return {query_time(call, "from", false), query_time(call, "to", true), query_text(call, "actor"),
            query_text(call, "action"), query_text(call, "q")};
}

std::int64_t number_within(const Call& call, std::string_view name, std::int64_t usual, std::int64_t least,
                           std::int64_t most) {
    const std::int64_t number = query_number(call, name).value_or(usual);
    if (number >= least && number <= most) return number;
    throw ApiError(400, "bad_request",
                   std::string{name} + " must be from " + std::to_string(least) + " to " + std::to_string(most) + ".");
}

HttpResponse list_audit(const ApiContext& context, const Call& call) {
    constexpr std::int64_t usual = 100;
    constexpr std::int64_t most = 1000;
    const std::int64_t limit = number_within(call, "limit", usual, 1, most);
    const std::int64_t offset = number_within(call, "offset", 0, 0, INT64_MAX);
    const AuditPage page = AuditLog{context.database}.page(filter_of(call), offset, limit);
    nlohmann::json entries = nlohmann::json::array();
    for (const AuditEntry& entry : page.entries) {
        entries.push_back({{"id", entry.id},
                           {"at", format_instant(entry.at)},
                           {"actor", entry.actor},
                           {"address", entry.address},
                           {"action", entry.action},
                           {"subject", entry.subject},
                           {"detail", entry.detail},
                           {"hash", entry.hash}});
    }
    return json_response(
        200, {{"entries", std::move(entries)}, {"total", page.total}, {"offset", offset}, {"limit", limit}});
}

HttpResponse export_audit(const ApiContext& context, const Call& call) {
    HttpResponse response;
    response.headers["Content-Type"] = "text/csv; charset=utf-8";
    response.headers["Content-Disposition"] = "attachment; filename=\"wardwatch-audit.csv\"";
    response.headers["Cache-Control"] = "no-store";
    response.body = audit_csv(AuditLog{context.database}, filter_of(call));
    return response;
}

HttpResponse verify_audit(const ApiContext& context) {
    const AuditVerification found = AuditLog{context.database}.verify();
    return json_response(200, {{"valid", !found.first_invalid},
                               {"entries", found.entries},
                               {"first_invalid", or_null(found.first_invalid)},
                               {"head", found.head}});
}

}  // namespace

std::vector<Route> audit_routes(const ApiContext& context) {
    return {
        {"GET", "/api/v1/audit", [&context](const Call& call) { return list_audit(context, call); }, Right::audit,
         "listAudit", Body::none, true},
        {"GET", "/api/v1/audit.csv", [&context](const Call& call) { return export_audit(context, call); }, Right::audit,
         "exportAudit", Body::none, true},
        {"GET", "/api/v1/audit/verification", [&context](const Call&) { return verify_audit(context); }, Right::audit,
         "verifyAudit"},
    };
}

}  // namespace wardwatch
