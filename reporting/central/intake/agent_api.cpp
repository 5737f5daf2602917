// Reports and heartbeats, and all routes of agents put together.
#include "reporting/central/intake/agent_api.h"

#include <algorithm>
#include <iterator>

#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/formats/report_reader.h"
#include "reporting/central/intake/arrival_store.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/updates/agent_routes.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

constexpr std::string_view reports_path = "/v1/reports";
/// How long a report's answer may wait for the disk.
constexpr std::chrono::seconds longest_wait_for_storing{60};

/// For an answer that needs no more of it.
HttpRequest without_body(const HttpRequest& request) {
    HttpRequest head;
    head.method = request.method;
    head.target = request.target;
    return head;
}

HttpResponse answer_of(ReportOutcome outcome) {
    switch (outcome) {
        case ReportOutcome::stored:
            return json_response(201, {{"stored", true}, {"report_format", newest_report_format}});
        case ReportOutcome::known:
            return json_response(200, {{"stored", false}, {"report_format", newest_report_format}});
        case ReportOutcome::differs:
            break;
    }
    throw ApiError(409, "report_differs", "The centre holds another report with this report_id; drop this one.");
}

}  // namespace

AgentApi::AgentApi(sql::Database& database, const CurrentPolicy& policy, AgentApiOptions options)
    : database_(database),
      policy_(policy),
      options_(std::move(options)),
      enrolment_(database, options_.authority, options_.certificate_validity, options_.log),
      commands_(database, {[this](const Call& call) { return enrolment_.caller(call); },
                           [this](const std::string& version) { return offered_update_json(database_, version); },
                           options_.log, options_.waits}) {
    routes_ = {
        {"POST", reports_path, [this](const Call& call) { return add_report(call); }, Right::none, "", Body::bytes},
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
    if (options_.queue != nullptr && request.method == "POST" && request.target == reports_path)
        return queue_report(request);
    return commands_.handle_waiting(request, [this](const HttpRequest& asked) { return handle(asked); });
}

/// As a route of its own would: what `handle` throws becomes an answer.
HttpResponse AgentApi::answer(const HttpRequest& request,
                              const std::function<HttpResponse(const Call&)>& handle) const {
    const Route route{"POST", reports_path, handle, Right::none, "", Body::bytes};
    return dispatch({&route, 1}, request, options_.clock(), options_.log);
}

std::variant<HttpResponse, LaterAnswer> AgentApi::queue_report(const HttpRequest& request) const {
    std::shared_ptr<ArrivalQueue::Ticket> ticket;
    HttpResponse refusal = answer(request, [&](const Call& call) {
        ticket = options_.queue->add(read_report(call));
        if (ticket) return HttpResponse{};
        throw ApiError(503, "busy", "Too many reports wait to be stored; send this one again later.",
                       std::chrono::seconds{30});
    });
    if (!ticket) return refusal;
    LaterAnswer later;
    later.longest = longest_wait_for_storing;
    later.begin = [ticket](std::function<void()> wake) {
        ticket->wake_with(std::move(wake));
        return std::shared_ptr<void>{nullptr, [ticket](void*) { ticket->forget_wake(); }};
    };
    later.finish = [this, request = without_body(request), ticket](bool) {
        return answer(request, [&](const Call&) { return answer_of(ticket->outcome()); });
    };
    return later;
}

Arrival AgentApi::read_report(const Call& call) const {
    const Caller device = enrolment_.caller(call);
    const std::string& body = call.request.body;
    if (body.size() > options_.report_limit) {
        throw ApiError(413, "too_large",
                       "A report may have at most " + std::to_string(options_.report_limit) + " bytes.");
    }
    const Report report = [&] {
        try {
            return report_from_agent(body);
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
    stored.content_hash = sha256_hex(canonical_json(report));
    stored.body = body;
    stored.antivirus = antivirus_of(report);
    return {std::move(stored), judge_report(policy_.get(), report, call.now)};
}

HttpResponse AgentApi::add_report(const Call& call) const {
    const Arrival arrival = read_report(call);
    return answer_of(Arrivals{database_}.add(arrival.report, arrival.judgement));
}

HttpResponse AgentApi::heartbeat(const Call& call) const {
    const Caller device = enrolment_.caller(call);
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
    const bool want = !report_id.empty() && !Reports{database_}.knows_facts(device.device_id, contact.facts_hash);
    if (options_.queue != nullptr) {
        options_.queue->add_contact(device.device_id, std::move(contact), call.now);
    } else {
        Devices{database_}.touch(device.device_id, contact, call.now);
    }
    // One of two: not made anew for each.
    static const HttpResponse wanted =
        json_response(200, {{"want_report", true}, {"report_format", newest_report_format}});
    static const HttpResponse not_wanted =
        json_response(200, {{"want_report", false}, {"report_format", newest_report_format}});
    return want ? wanted : not_wanted;
}

}  // namespace wardwatch
