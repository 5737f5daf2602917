// Report ↔ JSON, format version 1 (docs/wire_format.md, reporting/wire/report.schema.json).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "collectors/core/report.h"

namespace wardwatch {

/// what() names the place and what is wrong: "facts[3].value: expected an integer, boolean or text".
class WireError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// {"format":1,"report_id","device_id","agent_version","trigger","taken_at","facts":[…]}; a fact is
/// {"id","instance","value","source"} or {"id","instance","unknown"}. Instants are "2026-11-22T03:04:05Z".
nlohmann::json to_json(const Report& report);
nlohmann::json to_json(const Fact& fact);

/// Strict inverse: refuses (WireError) a missing or unknown member, a wrong type, a length over the schema's limits,
/// a bad UUID or instant, and a format that it does not know. An instant stands where the fact id ends in `_at`.
Report report_from_json(std::string_view text);

/// SHA-256 (64 lower-case hex digits) over the canonical JSON of the facts alone: equal facts, equal hash.
std::string facts_hash(const Facts& facts);

}  // namespace wardwatch
