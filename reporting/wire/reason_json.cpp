#include "reporting/wire/reason_json.h"

#include <nlohmann/json.hpp>

#include "reporting/wire/report_json.h"
#include "reporting/wire/report_words.h"
#include "reporting/wire/strict_json.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {
namespace {

using nlohmann::json;

json to_json(const Reason& reason, std::size_t levels) {
    json object = {{"code", reason.code}};
    for (const auto& [name, parameter] : reason.parameters) {
        if (parameter.code.empty() || levels == 1)
            object[name] = clean_text(sentence_of(parameter), max_reason_length);
        else
            object[name] = to_json(parameter, levels - 1);
    }
    return object;
}

Reason read(const json& value, std::size_t levels, const std::string& place) {
    if (levels == 0) throw JsonError(place + ": more than " + std::to_string(max_reason_levels) + " reasons deep");
    JsonObject object(value, place);
    Reason reason;
    reason.code = object.text("code", {1, max_word_length});
    if (!is_reason_word(reason.code)) throw JsonError(object.place_of("code") + ": expected a word in lower case");
    if (value.size() > max_reason_parameters + 1) throw JsonError(place + ": too many members");
    for (const auto& [name, parameter] : value.items()) {
        if (name == "code") continue;
        if (!is_reason_word(name)) throw JsonError(place + ": expected members in lower case");
        const std::string there = object.place_of(name);
        reason.parameters.push_back({name, parameter.is_object()
                                               ? read(parameter, levels - 1, there)
                                               : in_words(text_of(parameter, {0, max_reason_length}, there))});
    }
    return reason;
}

}  // namespace

json reason_to_json(const Reason& reason) { return to_json(reason, max_reason_levels); }

Reason reason_from_json(const json& value, std::string sentence, const std::string& place) {
    Reason reason = read(value, max_reason_levels, place);
    reason.text = std::move(sentence);
    return reason;
}

}  // namespace wardwatch
