// The people's API: how PCs come in (enrolment tokens), are moved, and go (revoked).
#include <ranges>

#include "reporting/central/devices/device_of.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/install_command.h"
#include "reporting/central/enrolment/routes.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/units/store.h"
#include "reporting/central/units/tree.h"
#include "reporting/central/views/listed_devices.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

using nlohmann::json;

constexpr std::size_t token_bytes = 20;
constexpr std::int64_t most_uses = 100'000;
constexpr std::int64_t longest_life_hours = 366 * 24;
constexpr std::size_t most_devices_moved = 1000;

std::string_view token_state(const Token& token, Instant now) {
    if (token.revoked_at) return "revoked";
    if (token.expires_at <= now) return "expired";
    return token.used >= token.uses ? "used_up" : "valid";
}

json token_json(const Token& token, const UnitTree& tree, Instant now) {
    return {{"id", token.id},
            {"unit_id", token.unit_id},
            {"unit", tree.path(token.unit_id)},
            {"uses", token.uses},
            {"used", token.used},
            {"created_at", format_instant(token.created_at)},
            {"expires_at", format_instant(token.expires_at)},
            {"revoked", token.revoked_at.has_value()},
            {"state", token_state(token, now)}};
}

/// Newest first.
HttpResponse list_enrolment_tokens(const ApiContext& context, const Call& call) {
    const UnitTree tree{context.database, call.scope};
    const std::vector<Token> tokens = Enrolments{context.database}.tokens();
    json list = json::array();
    for (const Token& token : std::views::reverse(tokens)) {
        if (call.scope.holds(token.unit_id)) list.push_back(token_json(token, tree, call.now));
    }
    return json_response(200, {{"tokens", std::move(list)}});
}

std::int64_t number_between(JsonObject& body, const char* member, std::int64_t least, std::int64_t most) {
    const std::int64_t number = body.integer(member);
    if (number >= least && number <= most) return number;
    throw JsonError(std::string{member} + ": expected " + std::to_string(least) + " to " + std::to_string(most));
}

void require_seen_unit(const UnitTree& tree, std::int64_t unit_id) {
    const Unit* unit = tree.find(unit_id);
    if (unit == nullptr || unit->id != unit_id)
        throw ApiError(404, "unit_unknown", "There is no unit with this number; GET /api/v1/units has all.");
}

HttpResponse add_enrolment_token(const ApiContext& context, const Call& call) {
    const json object = body_object(call);
    Token token;
    std::chrono::hours life{};
    try {
        JsonObject body{object, ""};
        token.unit_id = body.integer("unit_id");
        token.uses = number_between(body, "uses", 1, most_uses);
        life = std::chrono::hours{number_between(body, "expires_hours", 1, longest_life_hours)};
        body.refuse_others();
    } catch (const JsonError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
    const UnitTree tree{context.database, call.scope};
    require_seen_unit(tree, token.unit_id);
    const std::string secret = random_hex(token_bytes);
    token.created_at = call.now;
    token.expires_at = call.now + life;
    token.id = Enrolments{context.database}.add_token(sha256_hex(secret), token.unit_id, token.uses, token.created_at,
                                                      token.expires_at);
    json answer = token_json(token, tree, call.now);
    answer["token"] = secret;
    answer["install"] = install_json(context.database, secret, tree.path(token.unit_id));
    context.log("enrolment token made id=" + std::to_string(token.id) + " user=" + call.person.name);
    return json_response(201, answer);
}

HttpResponse revoke_enrolment_token(const ApiContext& context, const Call& call) {
    const UnitTree tree{context.database, call.scope};
    for (Token token : Enrolments{context.database}.tokens()) {
        if (std::to_string(token.id) != call.arguments.at(0) || !call.scope.holds(token.unit_id)) continue;
        Enrolments{context.database}.revoke_token(token.id, call.now);
        context.log("enrolment token revoked id=" + std::to_string(token.id) + " user=" + call.person.name);
        if (!token.revoked_at) token.revoked_at = call.now;
        return json_response(200, token_json(token, tree, call.now));
    }
    throw ApiError(404, "token_unknown", "There is no enrolment token with this number.");
}

struct Move {
    std::vector<std::string> devices;
    std::int64_t unit_id = 0;
};

Move read_move(const Call& call) {
    const json object = body_object(call);
    Move move;
    try {
        JsonObject body{object, ""};
        const json& list = body.member("devices");
        if (!list.is_array() || list.empty() || list.size() > most_devices_moved)
            throw JsonError("devices: expected 1 to 1000 device ids");
        for (std::size_t i = 0; i < list.size(); ++i)
            move.devices.push_back(text_of(list[i], {1, 255}, "devices[" + std::to_string(i) + "]"));
        move.unit_id = body.integer("unit_id");
        body.refuse_others();
    } catch (const JsonError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
    return move;
}

HttpResponse move_devices(const ApiContext& context, const Call& call) {
    const Move move = read_move(call);
    const UnitTree tree{context.database, call.scope};
    require_seen_unit(tree, move.unit_id);
    for (const std::string& id : move.devices) {
        const std::optional<Device> device = Devices{context.database}.find(id);
        if (!device || !call.scope.holds(device->unit_id))
            throw ApiError(404, "device_unknown", "There is no PC with the device id \"" + id + "\"; none was moved.");
    }
    const std::int64_t moved = Devices{context.database}.move(move.devices, move.unit_id, {call.person.name, call.now});
    return json_response(200, {{"moved", moved}, {"unit_id", move.unit_id}, {"unit", tree.path(move.unit_id)}});
}

HttpResponse revoke_device(const ApiContext& context, const Call& call) {
    const Device device = device_of(context, call);
    const std::string reason = text_member(body_object(call), "reason", 1, 1000);
    Enrolments{context.database}.revoke_device(device.device_id, call.now);
    context.log("device revoked device=" + device.device_id + " user=" + call.person.name + " reason=" + reason);
    return json_response(200, to_json(listed_device(context.view(call), UnitTree{context.database, call.scope},
                                                    *Devices{context.database}.find(device.device_id))));
}

/// The PC of the path takes the place of the one that the body names.
HttpResponse take_over(const ApiContext& context, const DeviceFollowers& followers, const Call& call) {
    const Device device = device_of(context, call);
    const std::string from = text_member(body_object(call), "from", 36, 36);
    const std::optional<Device> former = Devices{context.database}.find(from);
    if (!former || !call.scope.holds(former->unit_id))
        throw ApiError(404, "device_unknown", "There is no PC with the device id \"" + from + "\".");
    call.note(device.device_id, "from=" + from);
    try {
        Enrolments{context.database}.take_over(from, device.device_id, followers, {call.person.name, call.now});
    } catch (const StoreError& error) {
        throw ApiError(409, "not_the_same_pc", error.what());
    }
    context.log("place taken over device=" + device.device_id + " from=" + from + " user=" + call.person.name);
    return json_response(200, to_json(listed_device(context.view(call), UnitTree{context.database, call.scope},
                                                    *Devices{context.database}.find(device.device_id))));
}

}  // namespace

std::vector<Route> enrolment_routes(const ApiContext& context, const DeviceFollowers& followers) {
    const auto with = [&context](HttpResponse (*act)(const ApiContext&, const Call&)) {
        return [&context, act](const Call& call) { return act(context, call); };
    };
    return {
        {"GET", "/api/v1/enrolment-tokens", with(list_enrolment_tokens), Right::administer, "listEnrolmentTokens"},
        {"POST", "/api/v1/enrolment-tokens", with(add_enrolment_token), Right::administer, "addEnrolmentToken",
         Body::object},
        {"DELETE", "/api/v1/enrolment-tokens/{}", with(revoke_enrolment_token), Right::administer,
         "revokeEnrolmentToken"},
        {"POST", "/api/v1/devices/move", with(move_devices), Right::administer, "moveDevices", Body::object},
        {"POST", "/api/v1/devices/{}/take-over",
         [&context, followers](const Call& call) { return take_over(context, followers, call); }, Right::administer,
         "takeOverPlace", Body::object},
        {"POST", "/api/v1/devices/{}/revoke", with(revoke_device), Right::administer, "revokeDevice", Body::object},
    };
}

}  // namespace wardwatch
