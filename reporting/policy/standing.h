// How a PC, a clause or a rule stands: the words, their order and what "silent" is, for the judge, the centre, the page
// (tests/reporting/policy/standing_test.cpp compares its words) and both command lines. It lies in the policy's folder
// because that is the lowest one that knows verdicts, so that everybody may include it.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "reporting/policy/judge.h"

namespace wardwatch {

/// The later the worse: what failed counts before what nobody knows, that before a PC of which nothing is heard, and
/// that before a failure with a waiver, which is no pass. Only PCs are silent, and no PC as a whole is waived.
enum class Standing { not_applicable, pass, waived, silent, unknown, fail };

/// Several as one.
Standing worst(std::initializer_list<Standing> standings);

/// A verdict's. A waiver covers failures only.
Standing standing_of(Status status, bool waived = false);

/// "not_applicable", "pass", "waived", "silent", "unknown", "fail".
std::string_view name_of(Standing standing);
/// The inverse. Throws std::invalid_argument for a name that this program does not know.
Standing standing_from(std::string_view name);

/// Within a sentence: "không đạt", "fail".
std::string standing_text(Standing standing, Language language);
/// As a heading or label: "Không đạt", "Fail".
std::string standing_label(Standing standing, Language language);

/// A PC is silent when it was heard of before this instant for the last time: when a report or a heartbeat last
/// confirmed its facts or, before the first report, when it was enrolled.
Instant silent_before(Instant now, std::chrono::days silent_after);
bool is_silent(Instant heard_at, Instant now, std::chrono::days silent_after);

}  // namespace wardwatch
