// Reading the JSON of recorded machines strictly: what the format does not know is an error, never ignored.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "collectors/machine/machine.h"
#include "tests/recorded_ports.h"

namespace wardwatch {

/// Throws std::runtime_error when the object has another key: a typing error must not record nothing.
inline void allow_only(const nlohmann::json& object, std::initializer_list<std::string_view> keys) {
    if (!object.is_object()) throw std::runtime_error("an object is expected instead of " + object.dump());
    for (const auto& [key, value] : object.items()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            throw std::runtime_error("unknown key \"" + key + "\"");
        }
    }
}

/// Null when the object has no such key.
inline nlohmann::json member(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? nlohmann::json{} : *found;
}

/// {"error": "…"} is a failure, a missing part too ("not recorded"); anything else goes through `parse`.
template <class Parse>
auto recorded(const nlohmann::json& json, Parse parse) -> Recorded<decltype(parse(json))> {
    if (json.is_null()) return Failure{"not recorded"};
    if (json.is_object() && json.contains("error")) {
        allow_only(json, {"error"});
        return Failure{json.at("error").get<std::string>()};
    }
    return parse(json);
}

inline std::string parse_text(const nlohmann::json& json) { return json.get<std::string>(); }

template <class Answer>
const Answer& answer(const Recorded<Answer>& recorded) {
    if (const Failure* failure = std::get_if<Failure>(&recorded)) throw PortError(in_words(failure->reason));
    return std::get<Answer>(recorded);
}

/// ASCII letters only.
inline std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

}  // namespace wardwatch
