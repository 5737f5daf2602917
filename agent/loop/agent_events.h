// The texts of the loop's events.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/report.h"
#include "reporting/policy/judge.h"

namespace wardwatch {

/// Of Event::scanned: counts and the verdict, never a fact.
std::vector<std::string> scan_event_texts(const Report& report, const std::vector<Verdict>& verdicts,
                                          std::string_view verdict);

}  // namespace wardwatch
