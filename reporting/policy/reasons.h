// Why a fact is unknown, in words that somebody can act on. On the wire a reason is one English sentence of the agent,
// which every centre can show; here each is known by a code, and its parameters are taken out of the sentence again.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "reporting/policy/policy.h"

namespace wardwatch {

struct Reason {
    std::string code;                               ///< "timed_out"
    std::map<std::string, std::string> parameters;  ///< {"seconds", "20"}; may be reasons themselves
};

/// Nothing for a sentence that reporting/policy/reasons.json does not have: of another version, or the words of a
/// program that was asked. Thread safe, as what follows.
std::optional<Reason> reason_of(std::string_view sentence);

/// The sentence in words of the policy, of `reasons.json`, or else as it is.
std::string reason_text(const Policy& policy, std::string_view sentence, Language language);

}  // namespace wardwatch
