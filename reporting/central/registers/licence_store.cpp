// The licences and the antivirus products of the newest reports, in the database.
#include "reporting/central/registers/licences.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

constexpr std::size_t names_shown = 100;
constexpr int reports_at_once = 50;

Licence licence_of(const sql::Row& row) {
    Licence licence{row.integer(0), row.text(1), row.text(2), row.integer(3), row.text(4), std::nullopt, row.text(6)};
    if (!row.is_null(5)) licence.unit_id = row.integer(5);
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

struct UnreadReport {
    std::string device_id;
    std::int64_t report = 0;
    std::string body;
};

std::vector<UnreadReport> unread_reports(const sql::Reader& reader) {
    auto rows = reader.query(
        "SELECT d.device_id, d.newest_report, r.body FROM devices d JOIN reports r ON r.id = "
        "d.newest_report LEFT JOIN antivirus_reports a ON a.device_id = d.device_id WHERE "
        "d.revoked_at IS NULL AND a.report IS DISTINCT FROM d.newest_report LIMIT $1",
        std::int64_t{reports_at_once});
    std::vector<UnreadReport> unread;
    while (rows.next()) unread.push_back({rows.text(0), rows.integer(1), rows.text(2)});
    return unread;
}

/// By product. What a report does not tell stays empty.
std::map<std::string, AntivirusOnPc> products_of(const std::string& body) {
    std::map<std::string, AntivirusOnPc> products;
    Report report;
    try {
        report = report_from_json(body);
    } catch (const WireError&) {
        // It was taken once; a later format that this program does not read has no products for it.
        return products;
    }
    for (const Fact& fact : report.facts) {
        // What has no state is no product: a leftover of one that was uninstalled.
        if (fact.id == "antivirus.state" && !fact.instance.empty()) products[fact.instance];
    }
    for (const Fact& fact : report.facts) {
        const auto found = products.find(fact.instance);
        if (found == products.end() || !fact.id.starts_with("antivirus.")) continue;
        AntivirusOnPc& product = found->second;
        if (const auto* text = std::get_if<std::string>(&fact.value); text && fact.id == "antivirus.state")
            product.state = *text;
        if (const auto* yes = std::get_if<bool>(&fact.value); yes && fact.id == "antivirus.licensed_with_windows")
            product.with_windows = *yes;
        if (fact.id != "antivirus.licence_expires_at") continue;
        if (const auto* instant = std::get_if<Instant>(&fact.value)) product.licence_expires_at = *instant;
        if (const auto* unknown = std::get_if<Unknown>(&fact.value)) product.licence_reason = unknown->reason;
    }
    return products;
}

void write_products(sql::Writer& writer, const UnreadReport& report,
                    const std::map<std::string, AntivirusOnPc>& products) {
    writer.run("DELETE FROM antivirus_products WHERE device_id = $1", report.device_id);
    for (const auto& [name, product] : products) {
        writer.run("INSERT INTO antivirus_products VALUES ($1, $2, $3, $4, $5, $6)", report.device_id, name,
                   product.state, std::int64_t{product.with_windows ? 1 : 0}, product.licence_expires_at,
                   product.licence_reason);
    }
    writer.run("INSERT INTO antivirus_reports VALUES ($1, $2) ON CONFLICT (device_id) DO UPDATE SET report = $2",
               report.device_id, report.report);
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

bool Licences::read_some_reports() {
    std::vector<UnreadReport> unread;
    {
        const sql::Reader reader = database_.reader();
        unread = unread_reports(reader);
    }
    std::vector<std::map<std::string, AntivirusOnPc>> products;
    products.reserve(unread.size());
    for (const UnreadReport& report : unread) products.push_back(products_of(report.body));
    if (unread.empty()) return false;
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    for (std::size_t i = 0; i < unread.size(); ++i) write_products(writer, unread[i], products[i]);
    transaction.commit();
    return unread.size() == reports_at_once;
}

std::vector<AntivirusOnPc> Licences::antivirus() {
    while (read_some_reports()) {
    }
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT d.device_id, d.host_name, d.unit_id, p.product, p.state, p.with_windows, "
        "p.licence_expires_at, p.licence_reason FROM antivirus_products p JOIN devices d ON "
        "d.device_id = p.device_id WHERE d.revoked_at IS NULL ORDER BY d.host_name, d.device_id, "
        "p.product");
    std::vector<AntivirusOnPc> all;
    while (rows.next())
        all.push_back({rows.text(0), rows.text(1), rows.integer(2), rows.text(3), rows.text(4), rows.boolean(5),
                       rows.maybe_instant(6), rows.text(7)});
    return all;
}

void licences_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& /*done*/) {
    writer.run("UPDATE licences SET unit_id = $2 WHERE unit_id = $1", merge.from, merge.into);
}

}  // namespace wardwatch
