// Report ↔ JSON, formats 1 and 2 (docs/wire_format.md, reporting/wire/report.schema.json).
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "collectors/core/report.h"

namespace wardwatch {

inline constexpr int newest_report_format = 2;
inline constexpr int format_with_reasons = 2;  ///< from this one on the code of a reason stands beside `unknown`
/// The limits of the schema. Texts are counted in characters (code points).
inline constexpr std::size_t max_report_bytes = 1u << 20;
inline constexpr std::size_t max_report_facts = 20000;
inline constexpr std::size_t max_id_length = 100;
inline constexpr std::size_t max_instance_length = 1000;
inline constexpr std::size_t max_text_length = 2000;
inline constexpr std::size_t max_reason_length = 1000;
inline constexpr std::size_t max_word_length = 64;  ///< source, trigger, agent_version

/// what() names the place and what is wrong: "facts[3].value: expected an integer, boolean or text".
class WireError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// {"format":1,"report_id","device_id","agent_version","trigger","taken_at","facts":[…]}; a fact is
/// {"id","instance","value","source"} or {"id","instance","unknown"}, in format 2 with the "reason" as it is
/// (reason_json.h). Instants are "2026-11-22T03:04:05Z".
///
/// A fact never spoils a report. Names of folders are written by strangers, so in instance, value, source and reason
/// bytes that are not UTF-8 and control characters become U+FFFD and what is too long is cut and ends in "…". A value
/// that cannot stand under its id (an instant outside the years 0–9999, an instant where the id does not end in `_at`
/// or the other way round) becomes `unknown` with that reason. `dump()` of the result cannot throw.
nlohmann::json to_json(const Report& report, int format = 1);
nlohmann::json to_json(const Fact& fact, int format = 1);

/// What is stored and sent: of this format, or of format 1 where reasons would make it larger than a report may be.
std::string report_text(const Report& report, int format);
/// The same of what was stored, for a centre that takes no newer format than this one. Throws WireError for a stored
/// text that is no report.
std::string report_text_for(const std::string& stored, int format);

/// to_json(…).dump() of format 1 without the object in between, for a tenth of its time: members in alphabetical order,
/// no white space. What hashes are of.
std::string canonical_json(const Report& report);
std::string canonical_json(const Fact& fact);

/// Strict inverse: refuses (WireError) a missing, unknown or repeated member, a wrong type, a length over the schema's
/// limits, control characters, bytes that are not UTF-8, a bad UUID or instant, and a format that it does not know. An
/// instant stands where the fact id ends in `_at`. An Unknown fact comes back with an empty source.
Report report_from_json(std::string_view text);

/// SHA-256 (64 lower-case hex digits) over the canonical JSON of the facts alone: their array, ordered by (id,
/// instance). Equal facts, equal hash.
std::string facts_hash(const Facts& facts);

}  // namespace wardwatch
