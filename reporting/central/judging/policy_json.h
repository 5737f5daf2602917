// A policy as people see it.
#pragma once

#include <nlohmann/json.hpp>

#include "reporting/policy/policy.h"

namespace wardwatch {

/// {"vi", "en"}.
nlohmann::json text_json(const Text& text);
/// Its texts in both languages, its parameters, clauses and rules.
nlohmann::json policy_json(const Policy& policy);
nlohmann::json rule_json(const Rule& rule);

}  // namespace wardwatch
