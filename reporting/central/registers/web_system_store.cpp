// The web systems whose accounts are kept in the register.
#include "reporting/central/registers/web_register.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

namespace {

constexpr const char* select_systems =
    "SELECT id, name, host, owner_unit_id, max_password_age_days, unused_after_days, imported_at, imported_by FROM "
    "web_systems";

WebSystem system_of(const sql::Row& row) {
    return {row.integer(0),       row.text(1),          row.text(2),          row.maybe_integer(3),
            row.maybe_integer(4), row.maybe_integer(5), row.maybe_instant(6), row.text(7)};
}

void require_free_system_name(const sql::Reader& reader, const std::string& name, std::int64_t but) {
    if (reader.query("SELECT 1 FROM web_systems WHERE name = $1 AND id <> $2", name, but).next())
        throw StoreError("There is a web system \"" + name + "\" already; give this one another name.");
}

}  // namespace

std::vector<WebSystem> WebRegister::systems() const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(std::string{select_systems} + " ORDER BY name");
    std::vector<WebSystem> all;
    while (rows.next()) all.push_back(system_of(rows));
    return all;
}

std::optional<WebSystem> WebRegister::system(std::int64_t id) const {
    for (const WebSystem& system : systems()) {
        if (system.id == id) return system;
    }
    return std::nullopt;
}

WebSystem WebRegister::find_system(const std::string& text) const {
    for (const WebSystem& system : systems()) {
        if (system.name == text || std::to_string(system.id) == text) return system;
    }
    throw StoreError("There is no web system \"" + text + "\"; `register list` shows all.");
}

std::int64_t WebRegister::add_system(const WebSystem& system, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_free_system_name(writer, system.name, 0);
    if (system.owner_unit_id) require_unit(writer, *system.owner_unit_id);
    const std::int64_t id = writer.insert(
        "INSERT INTO web_systems (name, host, owner_unit_id, max_password_age_days, unused_after_days, "
        "created_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        system.name, system.host, system.owner_unit_id, system.max_password_age_days, system.unused_after_days, now);
    transaction.commit();
    return id;
}

void WebRegister::change_system(const WebSystem& system) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_free_system_name(writer, system.name, system.id);
    if (system.owner_unit_id) require_unit(writer, *system.owner_unit_id);
    writer.run(
        "UPDATE web_systems SET name = $2, host = $3, owner_unit_id = $4, max_password_age_days = $5, "
        "unused_after_days = $6 WHERE id = $1",
        system.id, system.name, system.host, system.owner_unit_id, system.max_password_age_days,
        system.unused_after_days);
    transaction.commit();
}

bool WebRegister::remove_system(std::int64_t id) {
    sql::Writer writer = database_.writer();
    return writer.run("DELETE FROM web_systems WHERE id = $1", id) > 0;
}

void web_register_follows_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& /*done*/) {
    writer.run("UPDATE web_systems SET owner_unit_id = $2 WHERE owner_unit_id = $1", merge.from, merge.into);
    writer.run("UPDATE web_accounts SET unit_id = $2 WHERE unit_id = $1", merge.from, merge.into);
}

}  // namespace wardwatch
