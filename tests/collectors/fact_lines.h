// Facts as lines of JSON: golden reports, and what a failing comparison shows.
#pragma once

#include <string>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

/// {"id": …, "instance": …, "value": …, "source": …}, with "unknown" instead of "value" where it is Unknown.
std::string fact_line(const Fact& fact);

/// A JSON array with one fact a line.
std::string report_text(const Facts& facts);

/// The lines of only one side, "-" before expected and "+" before actual ones; empty when both are equal.
std::string difference(const std::string& expected, const std::string& actual);

}  // namespace wardwatch
