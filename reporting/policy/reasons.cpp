// Sentences against patterns with {parameters}: the pattern with the most letters of its own wins.
#include "reporting/policy/reasons.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "embedded/reasons_json.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {
namespace {

/// "timed out after ", "seconds", " s": what is said and what is put in, in turn. Begins and ends with what is said.
using Parts = std::vector<std::string>;

Parts parts_of(std::string_view pattern) {
    Parts parts;
    while (true) {
        const std::size_t open = pattern.find('{');
        parts.emplace_back(pattern.substr(0, open));
        if (open == std::string_view::npos) return parts;
        const std::size_t close = pattern.find('}', open);
        parts.emplace_back(pattern.substr(open + 1, close - open - 1));
        pattern.remove_prefix(close + 1);
    }
}

struct Known {
    std::string code;
    Parts sentence;
    Text words;
    std::size_t letters = 0;  ///< of the sentence's own
};

std::vector<Known> read_known() {
    std::vector<Known> all;
    const nlohmann::json document = parse_own(embedded::reasons_json);
    for (const auto& [code, entry] : document.items()) {
        const auto sentence = entry.at("reason").get<std::string>();
        Known known{code, parts_of(sentence), {entry.at("vi").get<std::string>(), entry.value("en", sentence)}, 0};
        for (std::size_t i = 0; i < known.sentence.size(); i += 2) known.letters += known.sentence[i].size();
        all.push_back(std::move(known));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Known& left, const Known& right) { return left.letters > right.letters; });
    return all;
}

const std::vector<Known>& all_known() {
    static const std::vector<Known> all = read_known();
    return all;
}

/// The parameters, when the sentence is of this pattern; none is empty or holds a semicolon.
std::optional<std::map<std::string, std::string>> matched(const Parts& parts, std::string_view sentence) {
    if (!sentence.starts_with(parts.front())) return std::nullopt;
    std::map<std::string, std::string> parameters;
    std::size_t at = parts.front().size();
    for (std::size_t i = 1; i < parts.size(); i += 2) {
        const std::string& then = parts[i + 1];
        const bool last = i + 2 == parts.size();
        if (last && !sentence.ends_with(then)) return std::nullopt;
        const std::size_t end = last ? sentence.size() - then.size() : sentence.find(then, at + 1);
        if (end == std::string_view::npos || end <= at || end > sentence.size()) return std::nullopt;
        const std::string_view parameter = sentence.substr(at, end - at);
        if (parameter.find("; ") != std::string_view::npos) return std::nullopt;  // several reasons in one sentence
        parameters[parts[i]] = parameter;
        at = end + then.size();
    }
    if (at != sentence.size()) return std::nullopt;
    return parameters;
}

struct Found {
    const Known* known = nullptr;
    std::map<std::string, std::string> parameters;
};

std::optional<Found> find_known(std::string_view sentence) {
    for (const Known& known : all_known()) {
        if (auto parameters = matched(known.sentence, sentence)) return Found{&known, *std::move(parameters)};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Reason> reason_of(std::string_view sentence) {
    std::optional<Found> found = find_known(sentence);
    if (!found) return std::nullopt;
    return Reason{found->known->code, std::move(found->parameters)};
}

std::string reason_text(const Policy& policy, std::string_view sentence, Language language) {
    if (const auto own = policy.words.find(sentence); own != policy.words.end()) return own->second.in(language);
    const std::optional<Found> found = find_known(sentence);
    if (!found) return std::string{sentence};
    const Parts parts = parts_of(found->known->words.in(language));
    std::string text = parts.front();
    for (std::size_t i = 1; i < parts.size(); i += 2)
        text += reason_text(policy, found->parameters.at(parts[i]), language) + parts[i + 1];
    return text;
}

}  // namespace wardwatch
