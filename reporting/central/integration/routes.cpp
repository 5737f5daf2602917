// The people's API: webhooks, and what could not be delivered.
#include "reporting/central/integration/routes.h"

#include <map>

#include "reporting/central/api/json.h"
#include "reporting/central/integration/store.h"
#include "reporting/central/integration/webhooks.h"
#include "reporting/central/units/store.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

using nlohmann::json;
using LocalHosts = std::vector<std::string>;

json webhook_json(const Webhook& webhook) {
    return {{"id", webhook.id},
            {"url", webhook.url},
            {"unit_id", or_null(webhook.unit_id)},
            {"enabled", webhook.enabled},
            {"created_by", webhook.created_by},
            {"created_at", format_instant(webhook.created_at)},
            {"last_ok_at", or_null(webhook.last_ok_at)},
            {"last_problem", webhook.last_problem},
            {"pending", webhook.pending},
            {"dead", webhook.dead}};
}

std::int64_t number_of(const Call& call) {
    const std::string& text = call.arguments.at(0);
    const bool digits = !text.empty() && text.size() < 18 && text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? std::stoll(text) : 0;
}

[[noreturn]] void no_webhook() { throw ApiError(404, "webhook_unknown", "There is no webhook with this number."); }

/// Takes what the body says into the webhook; refuses other members.
void read_webhook(const ApiContext& context, const LocalHosts& local_hosts, const json& body, Webhook& webhook) {
    for (const auto& [name, value] : body.items()) {
        if (name == "url") {
            webhook.url = text_member(body, "url", 1, 2000);
        } else if (name == "enabled" && value.is_boolean()) {
            webhook.enabled = value.get<bool>();
        } else if (name == "unit_id" && value.is_null()) {
            webhook.unit_id.reset();
        } else if (name == "unit_id" && value.is_number_integer()) {
            const auto unit = value.get<std::int64_t>();
            if (Units{context.database}.paths().count(unit) == 0)
                throw ApiError(404, "unit_unknown", "There is no unit with this number.");
            webhook.unit_id = unit;
        } else {
            throw ApiError(400, "bad_request",
                           "Send \"url\" (text), \"unit_id\" (number or null) and \"enabled\" (true or false).");
        }
    }
    const std::string problem = webhook_url_problem(webhook.url, local_hosts);
    if (!problem.empty()) throw ApiError(400, "bad_url", problem);
}

/// A path may be as good as a password: the audit log gets the host alone.
void note_webhook(const Call& call, const Webhook& webhook) {
    const std::size_t host = webhook.url.find("://") + 3;
    // One that is new has its number only when the entry stands.
    call.note(webhook.id == 0 ? "new" : std::to_string(webhook.id),
              webhook.url.substr(0, webhook.url.find('/', host)) + " unit=" +
                  (webhook.unit_id ? std::to_string(*webhook.unit_id) : "all") + (webhook.enabled ? "" : " disabled"));
}

HttpResponse list_webhooks(const ApiContext& context) {
    json list = json::array();
    for (const Webhook& webhook : Integrations{context.database}.webhooks()) list.push_back(webhook_json(webhook));
    return json_response(200, {{"webhooks", std::move(list)}});
}

HttpResponse add_webhook(const ApiContext& context, const LocalHosts& local_hosts, const Call& call) {
    Webhook webhook;
    read_webhook(context, local_hosts, body_object(call), webhook);
    const std::string secret = random_hex(32);
    webhook.secret = context.sealing.seal(secret, webhook_purpose);
    webhook.created_by = call.person.name;
    webhook.created_at = call.now;
    note_webhook(call, webhook);
    webhook.id = Integrations{context.database}.add_webhook(webhook);
    json answer = webhook_json(webhook);
    answer["secret"] = secret;
    return json_response(201, answer);
}

HttpResponse change_webhook(const ApiContext& context, const LocalHosts& local_hosts, const Call& call) {
    Integrations table{context.database};
    std::optional<Webhook> webhook = table.webhook(number_of(call));
    if (!webhook) no_webhook();
    read_webhook(context, local_hosts, body_object(call), *webhook);
    note_webhook(call, *webhook);
    table.change_webhook(*webhook);
    return json_response(200, webhook_json(*webhook));
}

HttpResponse remove_webhook(const ApiContext& context, const Call& call) {
    if (!Integrations{context.database}.remove_webhook(number_of(call))) no_webhook();
    return json_response(200, {{"removed", true}});
}

HttpResponse list_dead_letters(const ApiContext& context) {
    const Integrations table{context.database};
    std::map<std::int64_t, std::string> urls;
    for (const Webhook& webhook : table.webhooks()) urls[webhook.id] = webhook.url;
    json list = json::array();
    for (const Delivery& delivery : table.dead_letters()) {
        list.push_back({{"id", delivery.id},
                        {"webhook_id", delivery.webhook_id},
                        {"url", urls[delivery.webhook_id]},
                        {"created_at", format_instant(delivery.created_at)},
                        {"given_up_at", or_null(delivery.dead_at)},
                        {"attempts", delivery.attempts},
                        {"problem", delivery.problem}});
    }
    return json_response(200, {{"dead_letters", std::move(list)}});
}

HttpResponse retry_dead_letter(const ApiContext& context, const Call& call) {
    if (!Integrations{context.database}.retry(number_of(call), call.now))
        throw ApiError(404, "dead_letter_unknown", "There is no message with this number that was given up.");
    return json_response(200, {{"retried", true}});
}

}  // namespace

std::vector<Route> webhook_routes(const ApiContext& context, const std::vector<std::string>& local_hosts) {
    const std::string_view hooks = "/api/v1/webhooks";
    return {
        {"GET", hooks, [&context](const Call&) { return list_webhooks(context); }, Right::administer, "listWebhooks"},
        {"POST", hooks, [&context, local_hosts](const Call& call) { return add_webhook(context, local_hosts, call); },
         Right::administer, "addWebhook", Body::object},
        {"GET", "/api/v1/webhooks/dead-letters", [&context](const Call&) { return list_dead_letters(context); },
         Right::administer, "listDeadLetters"},
        {"POST", "/api/v1/webhooks/dead-letters/{}/retry",
         [&context](const Call& call) { return retry_dead_letter(context, call); }, Right::administer,
         "retryDeadLetter"},
        {"PATCH", "/api/v1/webhooks/{}",
         [&context, local_hosts](const Call& call) { return change_webhook(context, local_hosts, call); },
         Right::administer, "changeWebhook", Body::object},
        {"DELETE", "/api/v1/webhooks/{}", [&context](const Call& call) { return remove_webhook(context, call); },
         Right::administer, "removeWebhook"},
    };
}

}  // namespace wardwatch
