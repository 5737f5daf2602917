// Rows in which a person stands by name, beside reports and what was judged of them.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/privacy/person_names.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct WebAccountRow {
    std::int64_t id = 0;
    std::string system;
    std::string account;
    std::string owner;
    std::optional<Instant> gone_at;
};

/// Of the registers of web systems, by the account or its owner.
std::vector<WebAccountRow> web_accounts_of(const sql::Reader& reader, const PersonNames& names);
nlohmann::json web_accounts_json(const sql::Reader& reader, const PersonNames& names);
/// PCs whose user it is.
nlohmann::json cards_json(const sql::Reader& reader, const PersonNames& names);
/// Notes that hold one of the names.
nlohmann::json notes_json(const sql::Reader& reader, const PersonNames& names);
/// The same users, with what is kept of them; no hash and no secret.
nlohmann::json users_json(const sql::Reader& reader, const PersonNames& names);
/// Login names of the centre's own users, by that or by their full name.
std::vector<std::string> users_of(const sql::Reader& reader, const PersonNames& names);

}  // namespace wardwatch
