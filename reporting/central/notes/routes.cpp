// Reads what is asked, and writes cards and notes.
#include "reporting/central/notes/routes.h"

#include <charconv>

#include "reporting/central/api/roles.h"
#include "reporting/central/devices/device_of.h"
#include "reporting/central/notes/json.h"
#include "reporting/central/notes/store.h"

namespace wardwatch {

using nlohmann::json;

namespace {

// Longer than any text may be: checked_change and checked_note say how long, in bytes.
constexpr TextLimits read_whole{0, 64u << 10};

[[noreturn]] void refuse_text(const StoreError& error) { throw ApiError(400, "bad_request", error.what()); }

struct CardOrder {
    CardChange change;
    std::int64_t based_on = 0;
};

CardOrder read_card_order(const Call& call) {
    CardOrder order;
    read_body(call, [&](JsonObject& body) {
        const auto text = [&](const char* name) {
            return body.has(name) ? std::optional{body.text(name, read_whole)} : std::nullopt;
        };
        order = {{text("owner"), text("room"), text("telephone")}, body.integer("based_on")};
    });
    try {
        order.change = checked_change(std::move(order.change));
    } catch (const StoreError& error) {
        refuse_text(error);
    }
    return order;
}

HttpResponse change_card(const ApiContext& context, const Call& call) {
    const Device device = device_of(context, call);
    const CardOrder order = read_card_order(call);
    // The log is for ever, and a person's data is not: which lines were written stands there, not what.
    call.note(device.device_id, members_of(order.change));
    try {
        const Card card = Notes{context.database}.describe(device.device_id, order.change, order.based_on,
                                                           {call.person.name, call.now});
        return json_response(200, card_json(card));
    } catch (const CardChanged& error) {
        throw ApiError(409, "card_changed", error.what());
    }
}

std::string read_note(const Call& call) {
    const json body = body_object(call);
    for (const auto& [name, value] : body.items()) {
        if (name != "text") throw ApiError(400, "bad_request", "Send \"text\" (text) alone.");
    }
    try {
        return checked_note(text_member(body, "text", 1, longest_note, true));
    } catch (const StoreError& error) {
        refuse_text(error);
    }
}

HttpResponse add_note(const ApiContext& context, const Call& call) {
    const Device device = device_of(context, call);
    const std::string text = read_note(call);
    try {
        const Note note = Notes{context.database}.add(
            device.device_id, text, {call.person.name, call.now},
            [&](std::int64_t id) { call.note(device.device_id, "note " + std::to_string(id)); });
        return json_response(201, note_json(note));
    } catch (const TooManyNotes& error) {
        throw ApiError(409, "too_many_notes", error.what());
    }
}

HttpResponse remove_note(const ApiContext& context, const Call& call) {
    const Device device = device_of(context, call);
    const std::string& text = call.arguments.at(1);
    std::int64_t id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id);
    call.note(device.device_id, "note " + text);
    if (std::to_string(id) != text || !Notes{context.database}.remove(device.device_id, id))
        throw ApiError(404, "note_unknown", "This PC has no note with this number.");
    return json_response(200, {{"removed", id}});
}

}  // namespace

std::vector<Route> note_routes(const ApiContext& context) {
    return {
        {"PATCH", "/api/v1/devices/{}/card", [&context](const Call& call) { return change_card(context, call); },
         Right::describe, "changeDeviceCard", Body::object},
        {"GET", "/api/v1/devices/{}/notes",
         [&context](const Call& call) {
             const Device device = device_of(context, call);
             return json_response(200, notes_json(Notes{context.database}.of(device.device_id)));
         },
         Right::read, "listDeviceNotes", Body::none, true},
        {"POST", "/api/v1/devices/{}/notes", [&context](const Call& call) { return add_note(context, call); },
         Right::describe, "addDeviceNote", Body::object},
        {"DELETE", "/api/v1/devices/{}/notes/{}", [&context](const Call& call) { return remove_note(context, call); },
         Right::describe, "removeDeviceNote"},
    };
}

}  // namespace wardwatch
