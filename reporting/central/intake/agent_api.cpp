// Reports and heartbeats, and all routes of agents put together.
#include "reporting/central/intake/agent_api.h"

#include <algorithm>
#include <iterator>

#include "reporting/central/devices/report_store.h"
#include "reporting/central/intake/arrival_store.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/updates/agent_routes.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

AgentApi::AgentApi(sql::Database& database, const CurrentPolicy& policy, AgentApiOptions options)
    : database_(database),
      policy_(policy),
      options_(std::move(options)),
      enrolment_(database, options_.authority, options_.certificate_validity, options_.log),
      commands_(database, {[this](const Call& call) { return enrolment_.caller(call); },
                           [this](const std::string& version) { return offered_update_json(database_, version); },
                           options_.log, options_.waits}) {
    routes_ = {
        {"POST", "/v1/reports", [this](const Call& call) { return add_report(call); }, Right::none, "", Body::bytes},
        {"POST", "/v1/heartbeat", [this](const Call& call) { return heartbeat(call); }, Right::none, "", Body::object},
        {"GET", "/healthz",
         [](const Call&) {
             return json_response(200, {{"ok", true}});
         }},
    };
    const CallingDevice caller = [this](const Call& call) { return enrolment_.caller(call); };
    for (std::vector<Route> routes : {enrolment_.routes(), commands_.routes(), agent_update_routes(database, caller)})
        std::move(routes.begin(), routes.end(), std::back_inserter(routes_));
}

HttpResponse AgentApi::handle(const HttpRequest& request) const {
    return dispatch(routes_, request, options_.clock(), options_.log);
}

std::variant<HttpResponse, LaterAnswer> AgentApi::handle_waiting(const HttpRequest& request) const {
    return commands_.handle_waiting(request, [this](const HttpRequest& asked) { return handle(asked); });
}

HttpResponse AgentApi::add_report(const Call& call) const {
    const Device device = enrolment_.caller(call);
    const std::string& body = call.request.body;
    if (body.size() > options_.report_limit) {
        throw ApiError(413, "too_large",
                       "A report may have at most " + std::to_string(options_.report_limit) + " bytes.");
    }
    const Report report = [&] {
        try {
            return report_from_json(body);
        } catch (const WireError& error) {
            throw ApiError(400, "bad_report", error.what());
        }
    }();
    if (report.device_id != device.device_id) {
        throw ApiError(403, "wrong_device", "The report is of another PC than the certificate.");
    }
    NewReport stored;
    stored.device_id = report.device_id;
    stored.report_id = report.report_id;
    stored.agent_version = report.agent_version;
    stored.trigger = report.trigger;
    stored.taken_at = report.taken_at;
    stored.received_at = call.now;
    stored.facts_hash = facts_hash(report.facts);
    stored.content_hash = sha256_hex(to_json(report).dump());
    stored.body = body;
    stored.antivirus = antivirus_of(report);
    switch (Arrivals{database_}.add(stored, judge_report(policy_.get(), report, call.now))) {
        case ReportOutcome::stored:
            return json_response(201, {{"stored", true}});
        case ReportOutcome::known:
            return json_response(200, {{"stored", false}});
        case ReportOutcome::differs:
            break;
    }
    throw ApiError(409, "report_differs", "The centre holds another report with this report_id; drop this one.");
}

HttpResponse AgentApi::heartbeat(const Call& call) const {
    const Device device = enrolment_.caller(call);
    const nlohmann::json body = body_object(call);
    Contact contact;
    contact.agent_version = text_member(body, "agent_version", 1, 64);
    contact.facts_hash = text_member(body, "facts_hash", 0, 64);
    const std::string report_id = text_member(body, "report_id", 0, 36);
    const auto depth = body.find("outbox_depth");
    if (depth == body.end() || !depth->is_number_unsigned() || depth->get<std::uint64_t>() > 1'000'000) {
        throw ApiError(400, "bad_request", "The member \"outbox_depth\" must be a number from 0 to 1000000.");
    }
    contact.outbox_depth = depth->get<std::int64_t>();
    Devices{database_}.touch(device.device_id, contact, call.now);
    const bool want = !report_id.empty() && !Reports{database_}.knows_facts(device.device_id, contact.facts_hash);
    return json_response(200, {{"want_report", want}});
}

}  // namespace wardwatch
