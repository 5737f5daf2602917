// Reports as they arrive, read once, straight into typed facts.
#pragma once

#include <optional>
#include <string_view>

#include "collectors/core/report.h"

namespace wardwatch {

/// The same report, or the same WireError, as report_from_json (report_json.h) gives, for a twentieth of its time where
/// the text is as agents write it. Thread safe.
Report report_from_agent(std::string_view json);

/// The report when it is written as agents write it. Nothing does not mean that it is wrong: report_from_json tells.
std::optional<Report> plain_report(std::string_view json);

}  // namespace wardwatch
