// How a PC is made known to the centre, ready to be copied.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// The settings in which a running `serve` leaves what PCs need: its address for them, and its CA's fingerprint.
inline constexpr const char* agents_url_setting = "agents_url";
inline constexpr const char* ca_sha256_setting = "ca_sha256";

/// `collector_url`, `ca_sha256`, and the command lines for `windows` (as administrator, beside the MSI) and `linux`;
/// null as long as no `serve` has left its address. The unit's name is a note for people: one that a command line could
/// misread is left out.
nlohmann::json install_json(const sql::Database& database, const std::string& token, const std::string& unit);

}  // namespace wardwatch
