// `check --html`: what `check` shows, as one page.
#pragma once

#include <string>
#include <vector>

#include "agent/cli/cli.h"
#include "collectors/core/report.h"
#include "reporting/policy/judge.h"

namespace wardwatch {

/// A whole HTML document that needs nothing else: no script, no link, no picture. Every text of the report and the
/// policy is escaped, and its control characters are replaced.
std::string check_page(const Invocation& invocation, const Policy& policy, const Report& report,
                       const std::vector<Verdict>& verdicts);

/// Throws std::runtime_error with what to do when `file` exists and is no regular file: a folder, a link, a device.
void require_page_file(const Invocation& invocation, const std::string& file);

/// Writes the page in one step. Throws std::runtime_error with what to do; require_page_file's reasons included.
void write_page(const Invocation& invocation, const std::string& file, const std::string& page);

}  // namespace wardwatch
