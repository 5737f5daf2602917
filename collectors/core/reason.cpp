#include "collectors/core/reason.h"

#include <algorithm>
#include <iterator>

#include "embedded/reasons.h"

namespace wardwatch {
namespace {

std::string parameter_of(const Reason& reason, std::string_view name) {
    const auto found = std::ranges::find(reason.parameters, name, &NamedReason::name);
    return found == reason.parameters.end() ? std::string() : sentence_of(found->reason);
}

}  // namespace

std::string sentence_of(const Reason& reason) {
    if (!reason.text.empty()) return reason.text;
    const auto* known = std::ranges::find(reason_sentences, reason.code, &ReasonSentence::code);
    if (known == std::end(reason_sentences)) return reason.code;
    std::string text;
    std::string_view rest = known->sentence;
    for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        const std::size_t close = rest.find('}', open);
        text += rest.substr(0, open);
        text += parameter_of(reason, rest.substr(open + 1, close - open - 1));
        rest.remove_prefix(close + 1);
    }
    return text += rest;
}

Reason why(const std::exception& error) {
    if (const auto* known = dynamic_cast<const ReasonError*>(&error)) return known->reason();
    return in_words(error.what());
}

}  // namespace wardwatch
