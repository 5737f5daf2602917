// The note is JSON: by SID, what stood under which name.
#include "agent/loop/hive_memory.h"

#include <map>
#include <nlohmann/json.hpp>

namespace wardwatch {
namespace {

constexpr const char* note_name = "known_hives";

std::string to_note(const KnownHives& hives) {
    nlohmann::json note = nlohmann::json::object();
    for (const auto& [sid, values] : hives.of_sid) {
        nlohmann::json& kept = note[sid] = nlohmann::json::object();
        for (const auto& [name, data] : values) {
            if (const auto* text = std::get_if<std::string>(&data)) kept[name] = *text;
            if (const auto* number = std::get_if<std::uint64_t>(&data)) kept[name] = *number;
        }
    }
    return note.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

KnownHives from_note(const std::string& text) {
    KnownHives hives;
    const nlohmann::json note = nlohmann::json::parse(text, nullptr, false);
    if (!note.is_object()) return hives;
    for (const auto& [sid, values] : note.items()) {
        if (!values.is_object()) continue;
        std::map<std::string, RegistryData>& kept = hives.of_sid[sid];
        for (const auto& [name, data] : values.items()) {
            if (data.is_string()) kept[name] = data.get<std::string>();
            if (data.is_number_unsigned()) kept[name] = data.get<std::uint64_t>();
        }
    }
    return hives;
}

std::shared_ptr<KnownHives> from_notes(const std::map<std::string, std::string>& notes) {
    const auto note = notes.find(note_name);
    return std::make_shared<KnownHives>(note == notes.end() ? KnownHives() : from_note(note->second));
}

}  // namespace

std::shared_ptr<KnownHives> known_hives(Store& store) { return from_notes(store.notes()); }

std::shared_ptr<KnownHives> known_hives(const std::filesystem::path& folder) {
    try {
        if (const auto summary = look_into_store(folder)) return from_notes(summary->notes);
    } catch (const std::runtime_error&) {  // no right to read it, or it is damaged: the scan just has no memory
    }
    return std::make_shared<KnownHives>();
}

void keep_known_hives(Store& store, const KnownHives& hives) {
    const std::map<std::string, std::string> notes = store.notes();
    const auto note = notes.find(note_name);
    std::string text = to_note(hives);
    if (note == notes.end() ? !hives.of_sid.empty() : note->second != text) store.note(note_name, text);
}

}  // namespace wardwatch
