// The people's API: web systems, their accounts, and the way of these back.
#include <algorithm>

#include "reporting/central/formats/office_time.h"
#include "reporting/central/registers/registers_json.h"
#include "reporting/central/registers/routes.h"
#include "reporting/central/registers/web_routes.h"
#include "reporting/central/units/store.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::int64_t longest_page = 1000;
constexpr std::int64_t most_days = 3660;

std::int64_t number_argument(const Call& call) {
    const std::string& text = call.arguments.at(0);
    const bool number = !text.empty() && text.size() < 18 && text.find_first_not_of("0123456789") == std::string::npos;
    return number ? std::stoll(text) : 0;
}

WebSystem system_of(const ApiContext& context, const Call& call) {
    const std::optional<WebSystem> system = WebRegister{context.database}.system(number_argument(call));
    if (!system) throw ApiError(404, "web_system_unknown", "There is no web system with this number.");
    return *system;
}

std::optional<std::int64_t> number_or_null(JsonObject& body, const char* name, std::int64_t most) {
    if (body.member(name).is_null()) return std::nullopt;
    const std::int64_t number = body.integer(name);
    if (number < 1 || number > most)
        throw JsonError(std::string{name} + ": expected 1 to " + std::to_string(most) + ", or null");
    return number;
}

/// What the body has takes the place of what was there.
void read_system(JsonObject& body, WebSystem& system) {
    if (body.has("name")) system.name = body.text("name", {1, 200});
    if (body.has("host")) system.host = body.text("host", {0, 253});
    if (body.has("owner_unit_id"))
        system.owner_unit_id = number_or_null(body, "owner_unit_id", std::numeric_limits<std::int64_t>::max());
    if (body.has("unused_after_days")) system.unused_after_days = number_or_null(body, "unused_after_days", most_days);
    if (body.has("max_password_age_days"))
        system.max_password_age_days = number_or_null(body, "max_password_age_days", most_days);
    body.refuse_others();
}

json one_system_json(const ApiContext& context, const Call& call, std::int64_t id) {
    for (const ShownSystem& shown : shown_systems(context.view(call), WebRegister{context.database})) {
        if (shown.system.id == id) return to_json(shown);
    }
    return nullptr;
}

HttpResponse store_system(const ApiContext& context, const Call& call, WebSystem system) {
    read_body(call, [&](JsonObject& body) { read_system(body, system); });
    if (system.name.empty()) throw ApiError(400, "bad_request", "The member \"name\" is missing.");
    const bool is_new = system.id == 0;
    try {
        WebRegister registered{context.database};
        if (is_new) {
            system.id = registered.add_system(system, call.now);
        } else {
            registered.change_system(system);
        }
    } catch (const StoreError& error) {
        throw ApiError(409, "web_system_refused", error.what());
    }
    return json_response(is_new ? 201 : 200, one_system_json(context, call, system.id));
}

HttpResponse import_accounts(const ApiContext& context, const Call& call) {
    const WebSystem system = system_of(context, call);
    const bool preview = query_flag(call, "preview");
    const WebAccountImport import =
        read_web_accounts(import_body(call), Units{context.database}.all(), system.owner_unit_id, office_day(call.now));
    ImportCounts counts;
    if (import.problems.empty())
        counts = WebRegister{context.database}.import(system.id, import.lines, {call.person.name, call.now}, preview);
    return json_response(200, import_json(preview, import.lines.size(), counts, import.problems));
}

std::string one_of_query(const Call& call, const char* name, std::span<const std::string_view> words) {
    const auto found = call.query.find(name);
    if (found == call.query.end() || found->second.empty()) return "";
    if (std::find(words.begin(), words.end(), found->second) != words.end()) return found->second;
    std::string message = std::string{name} + " must be one of:";
    for (const std::string_view word : words) message += " " + std::string{word};
    throw ApiError(400, "bad_request", message + ".");
}

AccountFilter account_filter(const ApiContext& context, const Call& call) {
    AccountFilter filter;
    filter.system_id = query_number(call, "system");
    filter.units = units_shown(context.view(call), query_number(call, "unit"));
    filter.problem = one_of_query(call, "problem", account_problems);
    filter.revocation = one_of_query(call, "revocation", revocation_states);
    if (const auto q = call.query.find("q"); q != call.query.end()) filter.q = q->second;
    filter.offset = std::max<std::int64_t>(0, query_number(call, "offset").value_or(0));
    filter.limit = std::clamp<std::int64_t>(query_number(call, "limit").value_or(filter.limit), 1, longest_page);
    return filter;
}

HttpResponse set_revocation(const ApiContext& context, const Call& call) {
    WebRegister registered{context.database};
    const AccountLimits limits = account_limits(context.view(call));
    const std::optional<WebAccount> account = registered.account(number_argument(call), limits);
    if (!account || !call.scope.holds(account->line.unit_id))
        throw ApiError(404, "web_account_unknown", "There is no account with this number.");
    std::string state;
    std::string note;
    read_body(call, [&](JsonObject& body) {
        state = body.text("revocation", {1, 20});
        if (body.has("note")) note = body.text("note", {0, 500});
        body.refuse_others();
        if (std::find(std::begin(revocation_states), std::end(revocation_states), state) == std::end(revocation_states))
            throw JsonError("revocation: expected none, requested, handed_back, revoked or kept");
        if (state == "kept" && note.empty()) throw JsonError("note: say why the account is kept");
    });
    registered.set_revocation(account->id, state, note, {call.person.name, call.now});
    return json_response(200, web_account_json(*registered.account(account->id, limits),
                                               Units{context.database}.paths().at(account->line.unit_id)));
}

}  // namespace

bool query_flag(const Call& call, std::string_view name) {
    const auto found = call.query.find(name);
    if (found == call.query.end() || found->second == "false") return false;
    if (found->second == "true") return true;
    throw ApiError(400, "bad_request", std::string{name} + " must be true or false.");
}

Language query_language(const Call& call) {
    const auto found = call.query.find("lang");
    if (found == call.query.end() || found->second == "vi") return Language::vi;
    if (found->second == "en") return Language::en;
    throw ApiError(400, "bad_request", "lang must be vi or en.");
}

std::string_view import_body(const Call& call) {
    const auto type = call.request.headers.find("Content-Type");
    if (type == call.request.headers.end() || !type->second.starts_with("text/csv"))
        throw ApiError(415, "not_csv", "Send the file's bytes with Content-Type: text/csv.");
    if (call.request.body.size() > import_limit)
        throw ApiError(413, "too_large", "The file is larger than 16 MiB; import it in parts.");
    return call.request.body;
}

HttpResponse file_response(const std::string& content_type, const std::string& name, std::string bytes) {
    HttpResponse response;
    response.headers["Content-Type"] = content_type;
    response.headers["Content-Disposition"] = "attachment; filename=\"" + name + "\"";
    response.headers["Cache-Control"] = "no-store";
    response.body = std::move(bytes);
    return response;
}

std::vector<Route> register_routes(const ApiContext& context) {
    const auto with = [&context](HttpResponse (*handle)(const ApiContext&, const Call&)) {
        return [&context, handle](const Call& call) { return handle(context, call); };
    };
    return {
        {"GET", "/api/v1/web-systems",
         [&context](const Call& call) {
             const View view = context.view(call);
             return json_response(
                 200, web_systems_json(shown_systems(view, WebRegister{context.database}), account_limits(view)));
         },
         Right::read, "listWebSystems"},
        {"POST", "/api/v1/web-systems", [&context](const Call& call) { return store_system(context, call, {}); },
         Right::administer, "addWebSystem", Body::object},
        {"PATCH", "/api/v1/web-systems/{}",
         [&context](const Call& call) { return store_system(context, call, system_of(context, call)); },
         Right::administer, "changeWebSystem", Body::object},
        {"DELETE", "/api/v1/web-systems/{}",
         [&context](const Call& call) {
             const WebSystem system = system_of(context, call);
             WebRegister{context.database}.remove_system(system.id);
             return json_response(200, {{"removed", system.id}});
         },
         Right::administer, "removeWebSystem"},
        {"POST", "/api/v1/web-systems/{}/import", with(import_accounts), Right::administer, "importWebAccounts",
         Body::bytes},
        {"GET", "/api/v1/web-accounts",
         [&context](const Call& call) {
             return json_response(200, web_accounts_json(context.view(call), WebRegister{context.database},
                                                         account_filter(context, call)));
         },
         Right::read, "listWebAccounts", Body::none, true},
        {"GET", "/api/v1/web-accounts.csv",
         [&context](const Call& call) {
             return file_response("text/csv; charset=utf-8", "web-accounts.csv",
                                  web_accounts_csv(context.view(call), WebRegister{context.database},
                                                   account_filter(context, call), query_language(call)));
         },
         Right::read, "exportWebAccounts", Body::none, true},
        {"PATCH", "/api/v1/web-accounts/{}", with(set_revocation), Right::administer, "changeWebAccount", Body::object},
    };
}

}  // namespace wardwatch
