// Reports and heartbeats, and all routes of agents put together.
#include "reporting/central/intake/agent_api.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "reporting/central/devices/hardware_store.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/formats/inflate.h"
#include "reporting/central/formats/report_reader.h"
#include "reporting/central/http/answer.h"
#include "reporting/central/http/places.h"
#include "reporting/central/intake/arrival_store.h"
#include "reporting/central/updates/agent_routes.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

constexpr std::string_view reports_path = "/v1/reports";
/// How long a report's answer may wait for the disk.
constexpr std::chrono::seconds longest_wait_for_storing{60};
constexpr std::chrono::minutes come_when_there_is_room{10};
constexpr std::chrono::seconds come_after_refusals{60};

/// For an answer that needs no more of it.
HttpRequest without_body(const HttpRequest& request) {
    HttpRequest head;
    head.method = request.method;
    head.target = request.target;
    return head;
}

HttpResponse stored_answer(bool stored) {
    nlohmann::json said = report_offers_json();
    said["stored"] = stored;
    return agent_answer(stored ? 201 : 200, said);
}

HttpResponse answer_of(ReportOutcome outcome) {
    if (outcome == ReportOutcome::differs)
        throw ApiError(409, "report_differs", "The centre holds another report with this report_id; drop this one.");
    return stored_answer(outcome == ReportOutcome::stored);
}

nlohmann::json heartbeat_members(bool want_report, const std::string& new_identity) {
    nlohmann::json said = heartbeat_json(want_report);
    if (!new_identity.empty()) said["new_identity"] = new_identity;
    return said;
}

/// The report as its PC stored it, however it was sent.
std::string report_body(const HttpRequest& request, std::size_t limit) {
    const auto too_large = [&] {
        return ApiError(413, "too_large", "A report may have at most " + std::to_string(limit) + " bytes.");
    };
    if (request.body.size() > limit) throw too_large();
    const auto encoding = request.headers.find("Content-Encoding");
    if (encoding == request.headers.end()) return request.body;
    if (encoding->second != "deflate") {
        throw ApiError(415, "encoding_unknown",
                       "A report is taken as it is, or with Content-Encoding: deflate; send it in one of these ways.");
    }
    try {
        return inflated(request.body, limit);
    } catch (const InflatedTooLarge&) {
        throw too_large();
    } catch (const InflateError& error) {
        throw ApiError(400, "bad_encoding",
                       std::string{"Send the report again, not compressed: "} + error.what() + ".");
    }
}

}  // namespace

AgentApi::AgentApi(sql::Database& database, const CurrentPolicy& policy, AgentApiOptions options)
    : database_(database),
      policy_(policy),
      options_(std::move(options)),
      enrolment_(database, options_.authority, options_.certificate_validity, options_.log, options_.hardware_key),
      commands_(database,
                {[this](const Call& call) { return enrolment_.caller(call); },
                 [this](const Call& call, const Caller& device, const nlohmann::json& heartbeat) {
                     const Taken taken = take_heartbeat(call, device, heartbeat);
                     return heartbeat_members(taken.want_report, taken.new_identity);
                 },
                 [this](const std::string& version) { return offered_update_json(database_, version); },
                 [this](const CommandDelivery& delivery) { note_delivery(delivery); }, options_.log, options_.waits}),
      quota_(options_.device_quota),
      refusals_(options_.refusal_rate) {
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

bool open_to_strangers(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    return path == "/v1/enroll" || path == "/v1/renew" || path == "/healthz";
}

HttpResponse AgentApi::handle(const HttpRequest& request) const {
    if (!request.client_certificate) return answer_stranger(request);
    return dispatched(routes_, request);
}

HttpResponse AgentApi::dispatched(std::span<const Route> routes, const HttpRequest& request) const {
    DispatchRules rules;
    if (options_.denied) {
        rules.handle = [this](const Route& route, const Call& call, const AuditNote&) {
            try {
                return route.handle(call);
            } catch (const ApiError& error) {
                options_.denied(route.pattern, call, error);
                throw;
            }
        };
    }
    return dispatch(routes, request, options_.clock(), options_.log, rules);
}

// Each refused enrolment costs a signature: counted by network, so that nobody can buy many.
HttpResponse AgentApi::answer_stranger(const HttpRequest& request) const {
    const Instant now = options_.clock();
    const std::string network = network_of(request.remote_address);
    const std::chrono::seconds wait = refusals_.wait(network, now);
    if (wait.count() > 0) {
        return error_response({429, "too_many_refusals", "Too many requests from here were refused; come again later.",
                               spread_wait(wait + come_after_refusals)});
    }
    const bool open = open_to_strangers(request.target);
    HttpResponse response = open ? dispatched(routes_, request) : error_response(certificate_required());
    if (!open && options_.denied)
        options_.denied(request.target.substr(0, request.target.find('?')), {request, {}, {}, now},
                        certificate_required());
    if (response.status >= 400 && response.status < 500) refusals_.attempt(network, now);
    return response;
}

std::variant<HttpResponse, LaterAnswer> AgentApi::handle_waiting(const HttpRequest& request) const {
    if (!request.client_certificate) return answer_stranger(request);
    if (options_.queue != nullptr && request.method == "POST" && request.target == reports_path)
        return queue_report(request);
    return commands_.handle_waiting(request, [this](const HttpRequest& asked) { return handle(asked); });
}

std::optional<HttpResponse> AgentApi::refuse_large_body(const HttpRequest& head) const {
    if (!head.client_certificate) return error_response(certificate_required());
    HttpResponse said = answer(head, [this](const Call& call) {
        enrolment_.caller(call);
        return HttpResponse{};
    });
    return said.status < 400 ? std::nullopt : std::optional{std::move(said)};
}

/// As a route of its own would: what `handle` throws becomes an answer.
HttpResponse AgentApi::answer(const HttpRequest& request,
                              const std::function<HttpResponse(const Call&)>& handle) const {
    const Route route{"POST", reports_path, handle, Right::none, "", Body::bytes};
    return dispatched({&route, 1}, request);
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
    later.is_work = true;
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
    if (options_.has_room && !options_.has_room()) {
        throw ApiError(503, "disk_full", "The centre's disk is nearly full; it takes reports again when there is room.",
                       come_when_there_is_room);
    }
    std::string body = report_body(call.request, options_.report_limit);
    const std::chrono::seconds wait = quota_.attempt(device.device_id, body.size(), call.now);
    if (wait.count() > 0) {
        throw ApiError(429, "too_many_reports", "This PC sends more than its quota; keep the report and send it later.",
                       wait);
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
    return arrival_of(report, std::move(body), call.now, policy_.get());
}

void AgentApi::note_delivery(const CommandDelivery& delivery) const {
    if (options_.queue != nullptr) return options_.queue->add_delivery(delivery);
    Arrivals{database_}.add_all({}, {}, {&delivery, 1});
}

HttpResponse AgentApi::add_report(const Call& call) const {
    const Arrival arrival = read_report(call);
    return answer_of(Arrivals{database_}.add(arrival.report, arrival.judgement));
}

HttpResponse AgentApi::heartbeat(const Call& call) const {
    // One of two: not made anew for each.
    static const HttpResponse wanted = agent_answer(200, heartbeat_json(true));
    static const HttpResponse not_wanted = agent_answer(200, heartbeat_json(false));
    const Caller device = enrolment_.caller(call);
    const Taken taken = take_heartbeat(call, device, body_object(call));
    if (!taken.new_identity.empty()) return agent_answer(200, heartbeat_members(taken.want_report, taken.new_identity));
    return taken.want_report ? wanted : not_wanted;
}

/// A token for a PC that is a copy of another; nothing for all others, and once an hour for the same one: an agent that
/// cannot use it asks again each quarter of an hour.
std::string AgentApi::new_identity(const Call& call, const Caller& device, const HardwareSaid& said) const {
    constexpr std::chrono::hours rest{1};
    if (!is_clone(database_.reader(), device.device_id, said.hardware)) return "";
    const std::optional<Device> original = Devices{database_}.find(device.device_id);
    if (!original) return "";
    {
        const std::lock_guard lock{identities_mutex_};
        const auto [offered, first] = identities_offered_.try_emplace(device.device_id, call.now);
        if (!first && call.now < offered->second + rest) return "";
        offered->second = call.now;
    }
    const std::string token = random_hex(20);
    Enrolments{database_}.add_token(sha256_hex(token), original->unit_id, 1, call.now, call.now + rest);
    options_.log("clone is to take an identity of its own, device=" + device.device_id +
                 " from=" + call.request.remote_address);
    return token;
}

AgentApi::Taken AgentApi::take_heartbeat(const Call& call, const Caller& device,
                                         const nlohmann::json& heartbeat) const {
    Contact contact;
    contact.agent_version = text_member(heartbeat, "agent_version", 1, 64);
    contact.facts_hash = text_member(heartbeat, "facts_hash", 0, 64);
    const std::string report_id = text_member(heartbeat, "report_id", 0, 36);
    const auto depth = heartbeat.find("outbox_depth");
    if (depth == heartbeat.end() || !depth->is_number_unsigned() || depth->get<std::uint64_t>() > 1'000'000) {
        throw ApiError(400, "bad_request", "The member \"outbox_depth\" must be a number from 0 to 1000000.");
    }
    contact.outbox_depth = depth->get<std::int64_t>();
    contact.hardware = read_hardware(heartbeat, options_.hardware_key);
    Taken taken;
    if (contact.hardware) taken.new_identity = new_identity(call, device, *contact.hardware);
    taken.want_report = !report_id.empty() && !Reports{database_}.knows_facts(device.device_id, contact.facts_hash);
    if (options_.queue != nullptr) {
        options_.queue->add_contact(device.device_id, std::move(contact), call.now);
    } else {
        Devices{database_}.touch(device.device_id, contact, call.now);
    }
    return taken;
}

}  // namespace wardwatch
