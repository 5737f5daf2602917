// The words of each code, and sentences against the table's: the one with the most letters of its own wins.
#include "reporting/policy/reasons.h"

#include <algorithm>
#include <iterator>
#include <map>
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

/// Parameters that are a reason themselves; the others say what it is about.
constexpr std::string_view reasons_within[] = {"meaning",         "why", "first",   "second", "third",
                                               "security_center", "wmi", "services"};

struct Known {
    std::string code;
    Parts sentence;
    Text words;
    bool mended;
    std::size_t letters = 0;  ///< of the sentence's own
};

struct Table {
    std::vector<Known> by_letters;
    std::map<std::string_view, const Known*> by_code;
};

Table read_table() {
    Table table;
    const nlohmann::json document = parse_own(embedded::reasons_json);
    for (const auto& [code, entry] : document.items()) {
        const auto sentence = entry.at("reason").get<std::string>();
        Known known{code,
                    parts_of(sentence),
                    {entry.at("vi").get<std::string>(), entry.value("en", sentence)},
                    entry.value("can_be_mended", true),
                    0};
        // What a reason is about ("opening {what}") is looked for last: it is no sentence, but begins many.
        const bool detail = entry.value("detail", false);
        for (std::size_t i = 0; i < known.sentence.size() && !detail; i += 2) known.letters += known.sentence[i].size();
        table.by_letters.push_back(std::move(known));
    }
    std::stable_sort(table.by_letters.begin(), table.by_letters.end(),
                     [](const Known& left, const Known& right) { return left.letters > right.letters; });
    for (const Known& known : table.by_letters) table.by_code[known.code] = &known;
    return table;
}

const Table& table() {
    static const Table all = read_table();
    return all;
}

/// When the sentence is of this code; no parameter is empty, or several reasons in one.
std::optional<Reason> matched(const Known& known, std::string_view sentence) {
    const Parts& parts = known.sentence;
    if (!sentence.starts_with(parts.front())) return std::nullopt;
    std::vector<std::pair<std::string, std::string_view>> found;
    std::size_t at = parts.front().size();
    for (std::size_t i = 1; i < parts.size(); i += 2) {
        const std::string& then = parts[i + 1];
        const bool last = i + 2 == parts.size();
        if (last && !sentence.ends_with(then)) return std::nullopt;
        const std::size_t end = last ? sentence.size() - then.size() : sentence.find(then, at + 1);
        if (end == std::string_view::npos || end <= at || end > sentence.size()) return std::nullopt;
        const std::string_view parameter = sentence.substr(at, end - at);
        if (parameter.find("; ") != std::string_view::npos) return std::nullopt;
        found.emplace_back(parts[i], parameter);
        at = end + then.size();
    }
    if (at != sentence.size()) return std::nullopt;
    Reason reason{known.code, {}, std::string(sentence)};
    for (const auto& [name, text] : found)
        reason.parameters.push_back({name, reason_of(text).value_or(in_words(std::string(text)))});
    return reason;
}

const Reason* find_parameter(const Reason& reason, std::string_view name) {
    const auto found = std::ranges::find(reason.parameters, name, &NamedReason::name);
    return found == reason.parameters.end() ? nullptr : &found->reason;
}

/// Null for a code of another version, or whose parameters are another version's or hold such a code.
const Known* find_known(const Reason& reason) {
    const auto found = table().by_code.find(reason.code);
    if (found == table().by_code.end()) return nullptr;
    for (const NamedReason& parameter : reason.parameters) {
        const Reason& inner = parameter.reason;
        if (!inner.code.empty() && inner.text.empty() && find_known(inner) == nullptr) return nullptr;
    }
    const Parts& parts = found->second->sentence;
    for (std::size_t i = 1; i < parts.size(); i += 2) {
        if (find_parameter(reason, parts[i]) == nullptr) return nullptr;
    }
    return found->second;
}

/// As people in Vietnam write a day: 22/11/2026, and 22/11/2026 03:04 of an instant.
std::string day_text(const std::string& iso) {
    if (iso.size() < 10 || iso[4] != '-' || iso[7] != '-') return iso;
    const std::string day = iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4);
    return iso.size() < 16 ? day : day + " " + iso.substr(11, 5);
}

std::string worded(const Reason& reason, Language language, const Policy* policy) {
    const Known* known = find_known(reason);
    if (known == nullptr) {
        const std::string sentence = sentence_of(reason);
        if (const std::optional<Reason> told = reason_of(sentence)) return worded(*told, language, policy);
        const Text* own = nullptr;
        if (policy != nullptr && policy->words.contains(sentence)) own = &policy->words.find(sentence)->second;
        return own == nullptr ? sentence : own->in(language);
    }
    const Parts parts = parts_of(known->words.in(language));
    std::string text = parts.front();
    for (std::size_t i = 1; i < parts.size(); i += 2) {
        const std::string put_in = worded(*find_parameter(reason, parts[i]), language, policy);
        const bool day = parts[i] == "day" || parts[i] == "instant";
        text += (day && language == Language::vi ? day_text(put_in) : put_in) + parts[i + 1];
    }
    return text;
}

}  // namespace

std::optional<Reason> reason_of(std::string_view sentence) {
    for (const Known& known : table().by_letters) {
        if (auto reason = matched(known, sentence)) return reason;
    }
    return std::nullopt;
}

std::string reason_text(const Policy& policy, const Reason& reason, Language language) {
    return worded(reason, language, &policy);
}

std::string reason_text(const Policy& policy, std::string_view sentence, Language language) {
    return worded(in_words(std::string(sentence)), language, &policy);
}

Text reason_words(std::string_view sentence) {
    const Reason reason = in_words(std::string(sentence));
    return {worded(reason, Language::vi, nullptr), worded(reason, Language::en, nullptr)};
}

bool can_be_mended(const Reason& reason) {
    const Known* known = find_known(reason);
    if (known == nullptr) {
        const std::optional<Reason> told = reason.code.empty() ? reason_of(reason.text) : std::nullopt;
        return !told || can_be_mended(*told);
    }
    if (!known->mended) return false;
    // Of several reasons in one, one that can be mended is enough.
    bool within = false;
    for (const NamedReason& parameter : reason.parameters) {
        if (std::ranges::find(reasons_within, parameter.name) == std::end(reasons_within)) continue;
        if (can_be_mended(parameter.reason)) return true;
        within = true;
    }
    return !within;
}

}  // namespace wardwatch
