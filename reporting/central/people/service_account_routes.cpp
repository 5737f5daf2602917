// The people's API: service accounts, which hold API tokens for a person who owns them.
#include "reporting/central/api/json.h"
#include "reporting/central/people/routes.h"
#include "reporting/central/people/service_account_store.h"

namespace wardwatch {

namespace {

constexpr TextLimits account_limits{1, 100};
constexpr TextLimits owner_limits{1, 64};

nlohmann::json account_json(const ServiceAccount& account) {
    return {{"name", account.name},
            {"owner", account.owner.empty() ? nlohmann::json() : nlohmann::json(account.owner)},
            {"owner_needed_by", or_null(account.owner_needed_by)},
            {"created_by", account.created_by},
            {"created_at", format_instant(account.created_at)},
            {"disabled", account.disabled_at.has_value()},
            {"tokens", account.tokens}};
}

ServiceAccount account_of(const ApiContext& context, const Call& call, const std::string& name) {
    std::optional<ServiceAccount> account = ServiceAccounts{context.database}.find(name, call.now);
    if (!account) throw ApiError(404, "account_unknown", "There is no service account with this name.");
    return *std::move(account);
}

HttpResponse list_accounts(const ApiContext& context, const Call& call) {
    nlohmann::json list = nlohmann::json::array();
    for (const ServiceAccount& account : ServiceAccounts{context.database}.all(call.now))
        list.push_back(account_json(account));
    return json_response(200, {{"service_accounts", std::move(list)}});
}

HttpResponse add_account(const ApiContext& context, const Call& call) {
    require_no_token(call);
    std::string name;
    std::string owner = call.person.name;
    read_body(call, [&](JsonObject& body) {
        name = body.text("name", account_limits);
        if (body.has("owner")) owner = body.text("owner", owner_limits);
    });
    call.note(name, "owner=" + owner);
    try {
        ServiceAccounts{context.database}.add(name, owner, {call.person.name, call.now});
    } catch (const StoreError& error) {
        throw ApiError(409, "account_refused", error.what());
    }
    return json_response(201, account_json(account_of(context, call, name)));
}

HttpResponse change_account(const ApiContext& context, const Call& call) {
    require_no_token(call);
    const ServiceAccount account = account_of(context, call, call.arguments.at(0));
    std::optional<std::string> owner;
    std::optional<bool> disabled;
    read_body(call, [&](JsonObject& body) {
        if (body.has("owner")) owner = body.text("owner", owner_limits);
        if (body.has("disabled")) disabled = body.boolean("disabled");
    });
    call.note(account.name, (owner ? "owner=" + *owner : "") + (disabled ? *disabled ? " disabled" : " enabled" : ""));
    ServiceAccounts accounts{context.database};
    try {
        if (owner) accounts.set_owner(account.name, *owner);
        if (disabled) accounts.set_disabled(account.name, *disabled, call.now);
    } catch (const StoreError& error) {
        throw ApiError(409, "account_refused", error.what());
    }
    return json_response(200, account_json(account_of(context, call, account.name)));
}

}  // namespace

std::vector<Route> service_account_routes(const ApiContext& context) {
    const std::string_view accounts = "/api/v1/service-accounts";
    return {
        {"GET", accounts, [&context](const Call& call) { return list_accounts(context, call); }, Right::administer,
         "listServiceAccounts"},
        {"POST", accounts, [&context](const Call& call) { return add_account(context, call); }, Right::administer,
         "addServiceAccount", Body::object},
        {"PATCH", "/api/v1/service-accounts/{}", [&context](const Call& call) { return change_account(context, call); },
         Right::administer, "changeServiceAccount", Body::object},
    };
}

}  // namespace wardwatch
