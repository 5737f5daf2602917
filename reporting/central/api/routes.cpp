// Finds the route of a request, takes its query apart, and makes answers of what handlers throw.
#include "reporting/central/api/routes.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "reporting/central/http/answer.h"
#include "reporting/central/sql/error.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

/// "a/b/c" at each `separator`.
std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// What stands at the pattern's {}, still encoded.
std::optional<std::vector<std::string_view>> match(std::string_view pattern, std::string_view path) {
    const auto wanted = split(pattern, '/');
    const auto given = split(path, '/');
    if (wanted.size() != given.size()) return std::nullopt;
    std::vector<std::string_view> parts;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == "{}") {
            parts.push_back(given[i]);
        } else if (wanted[i] != given[i]) {
            return std::nullopt;
        }
    }
    return parts;
}

Call call_of(const HttpRequest& request, const std::vector<std::string_view>& parts, std::string_view query,
             Instant now) {
    try {
        std::vector<std::string> arguments;
        arguments.reserve(parts.size());
        for (const std::string_view part : parts) arguments.push_back(decoded_segment(part));
        return {request, std::move(arguments), decoded_query(query), now};
    } catch (const TargetError& error) {
        throw ApiError(400, "bad_address", error.what());
    }
}

void add_wait(HttpResponse& response, const ApiError& error) {
    if (!error.retry_after) return;
    // A 503 is everybody's at that moment, a 429 the caller's own.
    const auto wait = error.status == 503 ? spread_wait(*error.retry_after) : *error.retry_after;
    response.headers["Retry-After"] = std::to_string(wait.count());
}

/// RFC 9457 asks for the status's own phrase where the type is about:blank.
std::string_view phrase_of(unsigned status) {
    static constexpr std::pair<unsigned, std::string_view> phrases[] = {
        {400, "Bad Request"},        {401, "Unauthorized"},           {403, "Forbidden"},
        {404, "Not Found"},          {405, "Method Not Allowed"},     {409, "Conflict"},
        {413, "Content Too Large"},  {415, "Unsupported Media Type"}, {422, "Unprocessable Content"},
        {429, "Too Many Requests"},  {500, "Internal Server Error"},  {502, "Bad Gateway"},
        {503, "Service Unavailable"}};
    for (const auto& [known, phrase] : phrases) {
        if (known == status) return phrase;
    }
    return "Error";
}

/// A request that was admitted to its route.
struct Admitted {
    const Route& route;
    Call call;
    AuditNote note = {};
};

Admitted find_route(std::span<const Route> routes, const HttpRequest& request, Instant now,
                    const DispatchRules& rules) {
    const std::string_view target = request.target;
    const std::size_t question = target.find('?');
    const std::string_view path = target.substr(0, question);
    const std::string_view query = question == std::string_view::npos ? "" : target.substr(question + 1);
    bool path_known = false;
    for (const Route& route : routes) {
        const auto parts = match(route.pattern, path);
        if (!parts) continue;
        path_known = true;
        if (route.method != request.method) continue;
        // Before anybody reads any of it.
        if (route.body == Body::none && !request.body.empty())
            throw ApiError(400, "body_not_taken", "This address takes no body; send the request without one.");
        Admitted admitted{route, call_of(request, *parts, query, now)};
        if (rules.admit) rules.admit(route, admitted.call);
        return admitted;
    }
    if (path_known)
        throw ApiError(405, "method_not_allowed", "This address does not answer to " + request.method + ".");
    throw ApiError(404, "not_found", "There is nothing at this address; check the program's version and the URL.");
}

HttpResponse answer_of(Admitted& admitted, const DispatchRules& rules) {
    if (!rules.handle) return admitted.route.handle(admitted.call);
    admitted.call.audit_note = &admitted.note;
    return rules.handle(admitted.route, admitted.call, admitted.note);
}

/// What `answer` says, or what its exception means to the caller.
HttpResponse guarded(const HttpRequest& request, const Log& log, const DispatchRules& rules,
                     const std::function<HttpResponse()>& answer) {
    const auto refusal = [&](const ApiError& error) {
        return rules.error_response != nullptr ? rules.error_response(error) : error_response(error);
    };
    try {
        return answer();
    } catch (const ApiError& error) {
        return refusal(error);
    } catch (const sql::ConnectionLost&) {
        return refusal(database_away());
    } catch (const std::exception& error) {
        // The query is left out of the log: nothing that a person typed belongs there.
        log(request.method + " " + request.target.substr(0, request.target.find('?')) + ": " + error.what());
        return refusal({500, "internal_error", "The centre could not do this; its log says why. Try again later."});
    }
}

/// The same request, which nobody else holds.
struct Kept {
    HttpRequest request;
    Admitted admitted;

    Kept(const HttpRequest& copied, Admitted from)
        : request(copied),
          admitted{from.route,
                   {request, std::move(from.call.arguments), std::move(from.call.query), from.call.now,
                    std::move(from.call.person), std::move(from.call.scope)}} {}
};

}  // namespace

HttpResponse dispatch(std::span<const Route> routes, const HttpRequest& request, Instant now, const Log& log,
                      const DispatchRules& rules) {
    return guarded(request, log, rules, [&] {
        Admitted admitted = find_route(routes, request, now, rules);
        return answer_of(admitted, rules);
    });
}

std::variant<HttpResponse, LaterAnswer> dispatch_elsewhere(std::span<const Route> routes, const HttpRequest& request,
                                                           Instant now, const Log& log, const DispatchRules& rules,
                                                           const Elsewhere& elsewhere) {
    std::optional<LaterAnswer> later;
    HttpResponse at_once = guarded(request, log, rules, [&]() -> HttpResponse {
        Admitted admitted = find_route(routes, request, now, rules);
        const Work work = admitted.route.work ? admitted.route.work(admitted.call) : Work::at_once;
        if (work == Work::at_once) return answer_of(admitted, rules);
        const auto kept = std::make_shared<Kept>(request, std::move(admitted));
        later = elsewhere(work, [kept, log, rules] {
            return guarded(kept->request, log, rules, [&] { return answer_of(kept->admitted, rules); });
        });
        return {};
    });
    if (later) return *std::move(later);
    return at_once;
}

ApiError database_away() {
    return {503, "database_away", "The centre's database is away; send this again later.", std::chrono::seconds{5}};
}

HttpResponse json_response(unsigned status, const nlohmann::json& body) {
    HttpResponse response;
    response.status = status;
    response.headers["Content-Type"] = "application/json; charset=utf-8";
    response.headers["Cache-Control"] = "no-store";
    // A host name is not always right UTF-8; the answer has to be.
    response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return response;
}

HttpResponse error_response(const ApiError& error) {
    HttpResponse response = json_response(error.status, {{"error", error.code}, {"message", error.what()}});
    add_wait(response, error);
    return response;
}

HttpResponse problem_response(const ApiError& error) {
    HttpResponse response = json_response(error.status, {{"type", "about:blank"},
                                                         {"title", phrase_of(error.status)},
                                                         {"status", error.status},
                                                         {"detail", error.what()},
                                                         {"code", error.code}});
    response.headers["Content-Type"] = "application/problem+json";
    add_wait(response, error);
    return response;
}

nlohmann::json body_object(const Call& call) {
    constexpr JsonLimits limits{64u << 10, 4};
    try {
        nlohmann::json object = parse_strict(call.request.body, limits);
        if (object.is_object()) {
            if (call.audit_note != nullptr) call.audit_note->body = object;
            return object;
        }
    } catch (const JsonError& error) {
        throw ApiError(400, "bad_json", std::string{"The body must be one JSON object: "} + error.what());
    }
    throw ApiError(400, "bad_json", "The body must be one JSON object.");
}

std::string text_member(const nlohmann::json& object, const char* name, std::size_t min, std::size_t max, bool lines) {
    const auto member = object.find(name);
    if (member == object.end() || !member->is_string()) {
        throw ApiError(400, "bad_request", std::string{"The member \""} + name + "\" must be a text.");
    }
    std::string text = member->get<std::string>();
    if (text.size() < min || text.size() > max) {
        throw ApiError(400, "bad_request",
                       std::string{"The member \""} + name + "\" must have " + std::to_string(min) + " to " +
                           std::to_string(max) + " bytes.");
    }
    const auto forbidden = [&](char c) {
        const auto code = static_cast<unsigned char>(c);
        return code == 0x7F || (code < 0x20 && !(lines && (c == '\n' || c == '\r')));
    };
    if (std::any_of(text.begin(), text.end(), forbidden)) {
        throw ApiError(400, "bad_request", std::string{"The member \""} + name + "\" holds control characters.");
    }
    return text;
}

}  // namespace wardwatch
