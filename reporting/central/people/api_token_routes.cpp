// The people's API: API tokens, for programs.
#include "reporting/central/api/json.h"
#include "reporting/central/people/api_token_store.h"
#include "reporting/central/people/routes.h"
#include "reporting/central/people/user_store.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

nlohmann::json token_json(const Users& users, const ApiToken& token, Instant now) {
    const auto or_none = [](const std::string& text) { return text.empty() ? nlohmann::json() : nlohmann::json(text); };
    return {{"id", token.id},
            {"name", token.name},
            {"role", name_of(token.role)},
            {"unit_id", or_null(token.unit_id)},
            {"unit", token.unit_id ? nlohmann::json(users.unit_path(token.unit_id)) : nlohmann::json()},
            {"owner", or_none(token.owner)},
            {"service_account", or_none(token.service_account)},
            {"owner_needed_by", or_null(token.owner_needed_by)},
            {"has_rights", has_rights(token, now)},
            {"created_by", token.created_by},
            {"created_at", format_instant(token.created_at)},
            {"expires_at", format_instant(token.expires_at)},
            {"revoked_at", or_null(token.revoked_at)},
            {"last_used_at", or_null(token.last_used_at)}};
}

Instant end_member(JsonObject& body) {
    try {
        return parse_instant(body.text("expires_at", {20, 20}));
    } catch (const JsonError&) {
        throw;
    } catch (const std::exception&) {
        throw ApiError(400, "bad_request", "expires_at must be an instant as \"2026-11-22T03:00:00Z\".");
    }
}

HttpResponse list_api_tokens(const ApiContext& context, const Call& call) {
    const Users users{context.database};
    nlohmann::json list = nlohmann::json::array();
    for (const ApiToken& token : ApiTokens{context.database}.all()) list.push_back(token_json(users, token, call.now));
    return json_response(200, {{"tokens", std::move(list)}});
}

HttpResponse add_api_token(const ApiContext& context, const Call& call) {
    require_no_token(call);
    ApiToken token;
    read_body(call, [&](JsonObject& body) {
        token.name = body.text("name", {1, 100});
        token.role = role_member(body, "role");
        if (body.has("unit_id")) token.unit_id = unit_member(call, body, "unit_id");
        token.expires_at = end_member(body);
        token.owner = body.has("owner") ? body.text("owner", {1, 64}) : call.person.name;
        if (body.has("service_account")) {
            if (body.has("owner")) throw JsonError("service_account: its owner is the token's; leave \"owner\" out");
            token.service_account = body.text("service_account", {1, 100});
        }
    });
    token.id = random_uuid();
    token.created_by = call.person.name;
    token.created_at = call.now;
    const Users users{context.database};
    // Before it is made: the entry stands in the same transaction.
    call.note(token.id, token.name + " role=" + std::string{name_of(token.role)} +
                            " unit=" + users.unit_path(token.unit_id) + " until=" + format_instant(token.expires_at) +
                            (token.service_account.empty() ? " owner=" + token.owner
                                                           : " service_account=" + token.service_account));
    const std::string secret = new_api_token();
    try {
        token = ApiTokens{context.database}.add(token, sha256_hex(secret));
    } catch (const StoreError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
    nlohmann::json answer = token_json(users, token, call.now);
    answer["token"] = secret;
    return json_response(201, answer);
}

HttpResponse revoke_api_token(const ApiContext& context, const Call& call) {
    require_no_token(call);
    const std::string& id = call.arguments.at(0);
    call.note(id);
    if (!ApiTokens{context.database}.revoke(id, call.now))
        throw ApiError(404, "token_unknown", "There is no API token with this id that is in force.");
    return json_response(200, {{"id", id}, {"revoked", true}});
}

}  // namespace

std::vector<Route> api_token_routes(const ApiContext& context) {
    return {
        {"GET", "/api/v1/api-tokens", [&context](const Call& call) { return list_api_tokens(context, call); },
         Right::administer, "listApiTokens"},
        {"POST", "/api/v1/api-tokens", [&context](const Call& call) { return add_api_token(context, call); },
         Right::administer, "addApiToken", Body::object},
        {"DELETE", "/api/v1/api-tokens/{}", [&context](const Call& call) { return revoke_api_token(context, call); },
         Right::administer, "revokeApiToken"},
    };
}

}  // namespace wardwatch
