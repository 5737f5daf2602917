// Why a fact is unknown, in words that somebody can act on. What came with a code is worded by it; what came as an
// English sentence alone, from an older agent or from before codes, is told apart again: by the same table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collectors/core/reason.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

/// Code and parameters of a sentence; a parameter that is such a sentence is told apart, too. Nothing for a sentence
/// that collectors/core/reasons.json does not have: of another version, or the words of a program that was asked.
/// Thread safe, as what follows.
std::optional<Reason> reason_of(std::string_view sentence);

/// In words of the table, else of the policy, else as it was said.
std::string reason_text(const Policy& policy, const Reason& reason, Language language);
std::string reason_text(const Policy& policy, std::string_view sentence, Language language);

/// The same without a policy, in both languages: for what is told of commands and updates.
Text reason_words(std::string_view sentence);

/// Somebody can do something about it and scan again. Not where the system, the account or the product cannot tell.
bool can_be_mended(const Reason& reason);

}  // namespace wardwatch
