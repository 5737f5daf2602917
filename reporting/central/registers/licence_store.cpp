// SQL for the licences.
#include "reporting/central/registers/licences.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

namespace {

constexpr std::size_t names_shown = 100;

Licence licence_of(const sql::Row& row) {
    Licence licence{row.integer(0), row.text(1), row.text(2), row.integer(3), row.text(4), std::nullopt, row.text(6)};
    licence.unit_id = row.maybe_integer(5);
    return licence;
}

std::vector<Licence> read_all(const sql::Reader& reader) {
    auto rows = reader.query(
        "SELECT id, product, key_reference, seats, expires_on, unit_id, note FROM licences ORDER BY "
        "expires_on, product, key_reference");
    std::vector<Licence> all;
    while (rows.next()) all.push_back(licence_of(rows));
    return all;
}

std::int64_t insert_licence(sql::Writer& writer, const Licence& licence) {
    return writer.insert(
        "INSERT INTO licences (product, key_reference, seats, expires_on, unit_id, note) VALUES "
        "($1, $2, $3, $4, $5, $6) RETURNING id",
        licence.product, licence.key_reference, licence.seats, licence.expires_on, licence.unit_id, licence.note);
}

void update_licence(sql::Writer& writer, const Licence& licence) {
    writer.run(
        "UPDATE licences SET product = $2, key_reference = $3, seats = $4, expires_on = $5, unit_id = $6, note = "
        "$7 WHERE id = $1",
        licence.id, licence.product, licence.key_reference, licence.seats, licence.expires_on, licence.unit_id,
        licence.note);
}

void require_fit_licence(const sql::Reader& reader, const Licence& licence) {
    if (licence.unit_id) require_unit(reader, *licence.unit_id);
    for (const Licence& other : read_all(reader)) {
        if (other.id != licence.id && other.product == licence.product && other.key_reference == licence.key_reference)
            throw StoreError("There is a licence of \"" + licence.product + "\" with the key reference \"" +
                             licence.key_reference + "\" already; change that one.");
    }
}

}  // namespace

std::vector<Licence> Licences::all() const {
    const sql::Reader reader = database_.reader();
    return read_all(reader);
}

std::optional<Licence> Licences::licence(std::int64_t id) const {
    for (const Licence& licence : all()) {
        if (licence.id == id) return licence;
    }
    return std::nullopt;
}

std::int64_t Licences::add(const Licence& licence) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_fit_licence(writer, licence);
    const std::int64_t id = insert_licence(writer, licence);
    transaction.commit();
    return id;
}

void Licences::change(const Licence& licence) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_fit_licence(writer, licence);
    update_licence(writer, licence);
    transaction.commit();
}

bool Licences::remove(std::int64_t id) {
    sql::Writer writer = database_.writer();
    return writer.run("DELETE FROM licences WHERE id = $1", id) > 0;
}

ImportCounts Licences::import(const std::vector<Licence>& lines, bool try_only) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    std::map<std::pair<std::string, std::string>, Licence> known;
    for (Licence& licence : read_all(writer))
        known.emplace(std::pair{licence.product, licence.key_reference}, std::move(licence));
    ImportCounts counts;
    for (Licence line : lines) {
        const auto found = known.find({line.product, line.key_reference});
        if (found == known.end()) {
            ++counts.added;
            if (counts.added_names.size() < names_shown)
                counts.added_names.push_back(line.product + " " + line.key_reference);
            if (!try_only) insert_licence(writer, line);
            continue;
        }
        const Licence& old = found->second;
        line.id = old.id;
        const bool same = old.seats == line.seats && old.expires_on == line.expires_on && old.unit_id == line.unit_id &&
                          old.note == line.note;
        ++(same ? counts.unchanged : counts.changed);
        if (!same && !try_only) update_licence(writer, line);
    }
    if (!try_only) transaction.commit();
    return counts;
}

void licences_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& /*done*/) {
    writer.run("UPDATE licences SET unit_id = $2 WHERE unit_id = $1", merge.from, merge.into);
}

}  // namespace wardwatch
