// Rows of the centre's tables as JSON, for who is to be given what is stored about them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"

namespace wardwatch {

struct ListedColumn {
    const char* member;
    enum class Kind { text, number, instant } kind = Kind::text;
};

/// A statement whose one value is a key, and what its columns are called.
struct Listing {
    const char* member;  ///< of the export
    const char* statement;
    std::vector<ListedColumn> columns;
};

/// An array of objects; what is NULL is null.
nlohmann::json listed(const sql::Reader& reader, const Listing& listing, const std::string& key);

}  // namespace wardwatch
