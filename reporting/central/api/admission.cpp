// Each request of a person passes here: how often, who, and with which right they ask.
#include "reporting/central/api/admission.h"

#include "reporting/central/api/context.h"
#include "reporting/central/http/places.h"
#include "reporting/central/sql/error.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

/// How often it is looked whether the one who follows a stream still may.
constexpr std::chrono::seconds look_again{3};

void add_security_headers(HttpResponse& response) {
    // A page of its own brings its own.
    response.headers.try_emplace(
        "Content-Security-Policy",
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    response.headers["X-Content-Type-Options"] = "nosniff";
    response.headers["X-Frame-Options"] = "DENY";
    response.headers["Referrer-Policy"] = "no-referrer";
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin";
    response.headers["Strict-Transport-Security"] = "max-age=31536000";
}

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

void require_csrf_token(const Call& call, const Person& person) {
    const auto token = call.request.headers.find("X-CSRF-Token");
    if (token != call.request.headers.end() && equal_in_constant_time(token->second, person.csrf_token)) return;
    throw ApiError(403, "csrf", "Send the session's csrf_token in the header X-CSRF-Token.");
}

ApiError too_many_requests(std::chrono::seconds wait) {
    return {429, "too_many_requests", "Too many requests; wait as long as Retry-After says.", wait};
}

/// Who has this answer already is told so (RFC 9110, section 13). The answers are kept nowhere on the way: only the
/// caller itself may remember them.
void add_entity_tag(const HttpRequest& request, HttpResponse& response) {
    constexpr std::size_t digits = 32;
    const auto type = response.headers.find("Content-Type");
    const bool json = type != response.headers.end() && type->second.starts_with("application/json");
    if (request.method != "GET" || response.status != 200 || !json) return;
    const std::string tag = "\"" + sha256_hex(response.body).substr(0, digits) + "\"";
    response.headers["ETag"] = tag;
    const auto known = request.headers.find("If-None-Match");
    if (known == request.headers.end() || known->second.find(tag) == std::string::npos) return;
    response.status = 304;
    response.headers.erase("Content-Type");
    response.body.clear();
}

HttpResponse finished(const HttpRequest& request, HttpResponse response) {
    add_entity_tag(request, response);
    add_security_headers(response);
    return response;
}

}  // namespace

Admission::Admission(AdmissionRules rules, Clock clock, Log log)
    : rules_(std::move(rules)),
      clock_(std::move(clock)),
      log_(std::move(log)),
      person_limit_(rules_.person_rate),
      address_limit_(rules_.address_rate) {}

/// What `work` refuses is told before it becomes the answer.
template <class Work>
auto Admission::telling_denials(std::string_view operation, const Call& call, const Work& work) {
    try {
        return work();
    } catch (const ApiError& error) {
        if (rules_.denied) rules_.denied(operation, call, error);
        throw;
    }
}

DispatchRules Admission::dispatch_rules() {
    DispatchRules rules;
    rules.admit = [this](const Route& route, Call& call) {
        telling_denials(route.operation, call, [&] { admit(route, call); });
    };
    rules.handle = [this](const Route& route, const Call& call, const AuditNote& note) {
        return telling_denials(route.operation, call, [&] { return answer(route, call, note); });
    };
    rules.error_response = problem_response;
    return rules;
}

HttpResponse Admission::handle(std::span<const Route> routes, const HttpRequest& request) {
    const Instant now = clock_();
    const std::chrono::seconds wait = address_limit_.attempt(network_of(request.remote_address), now);
    return finished(request, wait.count() > 0 ? problem_response(too_many_requests(wait))
                                              : dispatch(routes, request, now, log_, dispatch_rules()));
}

std::variant<HttpResponse, LaterAnswer> Admission::handle_waiting(std::span<const Route> routes,
                                                                  const HttpRequest& request) {
    const Instant now = clock_();
    const std::chrono::seconds wait = address_limit_.attempt(network_of(request.remote_address), now);
    if (wait.count() > 0) return finished(request, problem_response(too_many_requests(wait)));
    auto answer = dispatch_elsewhere(
        routes, request, now, log_, dispatch_rules(),
        [this](Work kind, std::function<HttpResponse()> work) { return queued(kind, std::move(work)); });
    if (auto* const response = std::get_if<HttpResponse>(&answer)) return finished(request, std::move(*response));
    LaterAnswer later = std::get<LaterAnswer>(std::move(answer));
    HttpRequest head = request;
    head.body.clear();
    later.finish = [finish = std::move(later.finish), head = std::move(head)](bool woken) {
        return finished(head, finish(woken));
    };
    return later;
}

LaterAnswer Admission::queued(Work kind, std::function<HttpResponse()> work) {
    const auto busy = [] {
        constexpr std::chrono::seconds come_later{5};
        return ApiError{503, "busy", "Too many ask for this at the moment; wait as long as Retry-After says.",
                        come_later};
    };
    WorkQueue& queue = kind == Work::passwords ? passwords_ : kind == Work::directory ? directory_ : files_;
    auto later = queue.answer_later(std::move(work), problem_response(busy()));
    if (!later) throw busy();
    return *std::move(later);
}

HttpResponse Admission::answer(const Route& route, const Call& call, const AuditNote& note) {
    const sql::WithCommit entry{[&](sql::Writer& writer) { rules_.record(&writer, route, call, note); }};
    HttpResponse response = route.handle(call);
    if (response.status < 400 && !entry.ran()) rules_.record(nullptr, route, call, note);
    if (response.go_on) response.go_on = while_admitted(call, std::move(response.go_on));
    return response;
}

std::optional<HttpResponse> Admission::refuse_large_body(const HttpRequest& head) {
    const auto refusal = [](const ApiError& error) {
        HttpResponse response = problem_response(error);
        add_security_headers(response);
        return response;
    };
    try {
        const Call call{head, {}, {}, clock_()};
        telling_denials("a large body", call, [&] { rules_.who(call); });
        return std::nullopt;
    } catch (const ApiError& error) {
        return refusal(error);
    } catch (const sql::ConnectionLost&) {
        return refusal(database_away());
    }
}

std::function<std::optional<std::string>()> Admission::while_admitted(
    const Call& call, std::function<std::optional<std::string>()> go_on) {
    HttpRequest head;
    head.method = call.request.method;
    head.target = call.request.target;
    head.headers = call.request.headers;
    head.remote_address = call.request.remote_address;
    return [this, head = std::move(head), person = call.person, looked = call.now,
            go_on = std::move(go_on)]() mutable -> std::optional<std::string> {
        const Instant now = clock_();
        if (now < looked || now - looked >= look_again) {
            looked = now;
            if (!is_still(person, head, now)) return std::nullopt;
        }
        return go_on();
    };
}

bool Admission::is_still(const Person& person, const HttpRequest& head, Instant now) {
    try {
        return rules_.who({head, {}, {}, now}) == person;
    } catch (const std::exception&) {
        // Nobody by now, or nobody can say: the client asks again.
        return false;
    }
}

void Admission::admit(const Route& route, Call& call) {
    // What a proxy on this machine passes on comes from this machine, too: only who says that there is none opens this.
    const auto passed_on = [&](const char* header) { return call.request.headers.contains(header); };
    if (rules_.open_metrics && route.pattern == "/metrics" && is_loopback(call.request.remote_address) &&
        !passed_on("Forwarded") && !passed_on("X-Forwarded-For") && !passed_on("Via"))
        return;
    if (route.right == Right::none) return;
    call.person = rules_.who(call);
    if (call.request.admitted) *call.request.admitted = 1;
    const std::chrono::seconds wait = person_limit_.attempt(call.person.name, call.now);
    if (wait.count() > 0) throw too_many_requests(wait);
    // A page of another site can make a browser send its cookie, but no token.
    if (call.request.method != "GET" && !call.person.is_token) require_csrf_token(call, call.person);
    if (call.person.is_token && route.right == Right::self) require_no_token(call);
    if (call.person.must_change_password && route.right != Right::self)
        throw ApiError(403, "password_change_needed", "Set a password of your own first.");
    if (call.person.needs_second_factor && route.right != Right::self)
        throw ApiError(403, "second_factor_needed", "Set up a second factor first: your role needs one.");
    // The audit log is of all units: an auditor of one does not see it.
    const bool of_all_units = route.right == Right::audit && call.person.unit_id;
    if (!may(call.person, route.right) || of_all_units)
        throw ApiError(403, "not_allowed", "Your role does not allow this; ask an administrator.");
    if (call.person.unit_id) call.scope = rules_.below(*call.person.unit_id);
}

}  // namespace wardwatch
