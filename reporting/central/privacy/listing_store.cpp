// Values by the kind of their column.
#include "reporting/central/privacy/listing_store.h"

namespace wardwatch {

using nlohmann::json;

namespace {

json value_of(const sql::Row& row, int column, ListedColumn::Kind kind) {
    if (row.is_null(column)) return nullptr;
    if (kind == ListedColumn::Kind::number) return row.integer(column);
    if (kind == ListedColumn::Kind::instant) return format_instant(row.instant(column));
    return row.text(column);
}

}  // namespace

json listed(const sql::Reader& reader, const Listing& listing, const std::string& key) {
    auto rows = reader.query(listing.statement, key);
    json list = json::array();
    while (rows.next()) {
        json object = json::object();
        int column = 0;
        for (const ListedColumn& each : listing.columns) object[each.member] = value_of(rows, column++, each.kind);
        list.push_back(std::move(object));
    }
    return list;
}

}  // namespace wardwatch
