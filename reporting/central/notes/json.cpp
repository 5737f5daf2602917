// Members as the OpenAPI document has them.
#include "reporting/central/notes/json.h"

#include "reporting/central/api/json.h"

namespace wardwatch {

using nlohmann::json;

json card_json(const Card& card) {
    return {{"owner", card.owner},           {"room", card.room},
            {"telephone", card.telephone},   {"number", card.number},
            {"changed_by", card.changed_by}, {"changed_at", or_null(card.changed_at)}};
}

json note_json(const Note& note) {
    return {{"id", note.id},
            {"text", note.text},
            {"written_by", note.written_by},
            {"written_at", format_instant(note.written_at)}};
}

json notes_json(const std::vector<Note>& notes) {
    json list = json::array();
    for (const Note& note : notes) list.push_back(note_json(note));
    return {{"notes", std::move(list)}};
}

}  // namespace wardwatch
