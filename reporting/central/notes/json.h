// Cards and notes as the people's API and the command line show them.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "reporting/central/notes/notes.h"

namespace wardwatch {

nlohmann::json card_json(const Card& card);
nlohmann::json note_json(const Note& note);
/// As "notes".
nlohmann::json notes_json(const std::vector<Note>& notes);

}  // namespace wardwatch
