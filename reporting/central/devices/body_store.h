// Reports' texts in the centre's database. A PC's reports say nearly the same for weeks: each is kept as what differs
// from an earlier text of the same PC, its base, which stands in a table of its own. No report needs another one to be
// read, so that any of them may be removed.
//
// A statement that reads texts joins WARDWATCH_BODY_BASES to `reports r` and has "r.body, b.body" among its columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reporting/central/sql/database.h"

namespace wardwatch {

#define WARDWATCH_BODY_BASES " LEFT JOIN report_bases b ON b.device_id = r.device_id AND b.number = r.base "

/// Reads texts row by row; those of one PC together cost least.
class StoredBodies {
public:
    /// The bytes that arrived, of the row's columns r.body and, behind it, b.body. Empty when they are damaged, which
    /// no report is.
    std::string at(const sql::Row& row, int column);

private:
    std::string packed_base_;
    std::string base_;
};

/// How a text stands in a row of reports.
struct StoredBody {
    std::string body;
    std::optional<std::int64_t> base;
};

/// Within the caller's transaction. A text that has little in common with the PC's newest base becomes the next one.
StoredBody store_body(sql::Writer& writer, const std::string& device_id, std::string_view text);

/// Within the caller's transaction: bases that no report of this PC has any more.
void forget_unused_bases(sql::Writer& writer, const std::string& device_id);

/// Packs some of the reports that came before this was done. True when there are more.
bool pack_older_bodies(sql::Database& database);

}  // namespace wardwatch
