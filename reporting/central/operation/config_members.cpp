// Members with their type and range, and the remedy where they have another.
#include "reporting/central/operation/config_members.h"

#include <algorithm>

namespace wardwatch::members {

namespace fs = std::filesystem;

void wrong(const std::string& place, const std::string& what) { throw JsonError(place + ": " + what); }

std::int64_t number(JsonObject& object, const char* name, std::int64_t least, std::int64_t most) {
    const std::int64_t value = object.integer(name);
    if (value < least || value > most) {
        wrong(object.place_of(name),
              "write a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
}

std::string word(JsonObject& object, const char* name, const std::vector<std::string>& words) {
    std::string value = object.text(name, {1, 100});
    if (std::find(words.begin(), words.end(), value) != words.end()) return value;
    std::string list;
    for (const std::string& each : words) list += (list.empty() ? "\"" : ", \"") + each + "\"";
    wrong(object.place_of(name), "write one of " + list);
}

fs::path file_path(JsonObject& object, const char* name) {
    const fs::path path{object.text(name, {1, 4096})};
    if (!path.is_absolute()) wrong(object.place_of(name), "write a whole path that begins with /");
    return path;
}

std::vector<std::string> texts(JsonObject& object, const char* name) {
    const nlohmann::json& list = object.member(name);
    if (!list.is_array()) wrong(object.place_of(name), "write a list: [\"…\", \"…\"]");
    std::vector<std::string> values;
    values.reserve(list.size());
    for (const nlohmann::json& value : list)
        values.push_back(text_of(value, {1, 300}, object.place_of(name) + "[" + std::to_string(values.size()) + "]"));
    return values;
}

}  // namespace wardwatch::members
