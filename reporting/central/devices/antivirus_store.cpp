// SQL for the antivirus products, and how they stand in a report's facts.
#include "reporting/central/devices/antivirus_store.h"
#include "reporting/central/devices/body_store.h"
#include "reporting/central/formats/report_reader.h"

#include <map>

#include "reporting/wire/report_json.h"

namespace wardwatch {

namespace {

constexpr std::size_t reports_at_once = 50;

struct UnreadReport {
    std::string device_id;
    std::int64_t report = 0;
    std::string body;
};

std::vector<UnreadReport> unread_reports(const sql::Reader& reader) {
    auto rows = reader.query(
        "SELECT d.device_id, d.newest_report, r.body, b.body FROM devices d JOIN reports r ON r.id = "
        "d.newest_report" WARDWATCH_BODY_BASES
        "LEFT JOIN antivirus_reports a ON a.device_id = d.device_id WHERE d.revoked_at IS NULL AND "
        "a.report IS DISTINCT FROM d.newest_report LIMIT $1",
        reports_at_once);
    std::vector<UnreadReport> unread;
    StoredBodies bodies;
    while (rows.next()) unread.push_back({rows.text(0), rows.integer(1), bodies.at(rows, 2)});
    return unread;
}

std::vector<AntivirusProduct> antivirus_in(const std::string& body) {
    try {
        return antivirus_of(report_from_agent(body));
    } catch (const WireError&) {
        // It was taken once; what this program does not read has no products for it.
        return {};
    }
}

/// Not when another report came meanwhile: then its products stand there.
void replace_if_newest(sql::Writer& writer, const UnreadReport& unread, const std::vector<AntivirusProduct>& products) {
    if (writer.any("SELECT 1 FROM devices WHERE device_id = $1 AND newest_report = $2", unread.device_id,
                   unread.report))
        replace_antivirus(writer, unread.device_id, unread.report, products);
}

}  // namespace

std::vector<AntivirusProduct> antivirus_of(const Report& report) {
    std::map<std::string, AntivirusProduct> products;
    for (const Fact& fact : report.facts) {
        // What has no state is no product: a leftover of one that was uninstalled.
        if (fact.id == "antivirus.state" && !fact.instance.empty()) products[fact.instance].name = fact.instance;
    }
    for (const Fact& fact : report.facts) {
        const auto found = products.find(fact.instance);
        if (found == products.end()) continue;
        AntivirusProduct& product = found->second;
        if (const auto* text = std::get_if<std::string>(&fact.value); text && fact.id == "antivirus.state")
            product.state = *text;
        if (const auto* yes = std::get_if<bool>(&fact.value); yes && fact.id == "antivirus.licensed_with_windows")
            product.with_windows = *yes;
        if (fact.id != "antivirus.licence_expires_at") continue;
        if (const auto* instant = std::get_if<Instant>(&fact.value)) product.licence_expires_at = *instant;
        if (const auto* unknown = std::get_if<Unknown>(&fact.value))
            product.licence_reason = sentence_of(unknown->reason);
    }
    std::vector<AntivirusProduct> all;
    all.reserve(products.size());
    for (auto& [name, product] : products) all.push_back(std::move(product));
    return all;
}

namespace {

/// From this column on: product, state, with_windows, licence_expires_at, licence_reason.
AntivirusProduct product_of(const sql::Row& row, int column) {
    return {row.text(column), row.text(column + 1), row.boolean(column + 2), row.maybe_instant(column + 3),
            row.text(column + 4)};
}

std::vector<AntivirusProduct> products_on(const sql::Reader& reader, const std::string& device_id) {
    auto rows = reader.query(
        "SELECT product, state, with_windows, licence_expires_at, licence_reason FROM antivirus_products "
        "WHERE device_id = $1 ORDER BY product",
        device_id);
    std::vector<AntivirusProduct> products;
    while (rows.next()) products.push_back(product_of(rows, 0));
    return products;
}

}  // namespace

void replace_antivirus(sql::Writer& writer, const std::string& device_id, std::int64_t report,
                       const std::vector<AntivirusProduct>& products) {
    sql::Batch batch;
    // Most reports name the same ones.
    if (products_on(writer, device_id) != products) {
        batch.add("DELETE FROM antivirus_products WHERE device_id = $1", device_id);
        for (const AntivirusProduct& product : products) {
            batch.add("INSERT INTO antivirus_products VALUES ($1, $2, $3, $4, $5, $6)", device_id, product.name,
                      product.state, product.with_windows, product.licence_expires_at, product.licence_reason);
        }
    }
    batch.add(
        "INSERT INTO antivirus_reports VALUES ($1, $2) ON CONFLICT (device_id) DO UPDATE SET report = excluded.report",
        device_id, report);
    writer.batch(batch);
}

std::vector<AntivirusCount> AntivirusProducts::counts() const {
    auto rows = database_.reader().query("SELECT unit_id, product, with_windows, dated, devices FROM antivirus_counts");
    std::vector<AntivirusCount> all;
    while (rows.next())
        all.push_back({rows.integer(0), rows.text(1), rows.boolean(2), rows.boolean(3), rows.integer(4)});
    return all;
}

std::vector<AntivirusOnPc> AntivirusProducts::without_date(const Scope& scope, std::int64_t offset, std::int64_t limit,
                                                           std::int64_t total) const {
    // SQLite takes the tables in this order: the few products first and then their PCs, or the PCs by their names until
    // the page is full.
    constexpr std::int64_t few = 3000;
    const std::string tables =
        total > few ? "devices d CROSS JOIN antivirus_products p" : "antivirus_products p CROSS JOIN devices d";
    auto rows = database_.reader().query(
        "SELECT d.device_id, d.host_name, d.unit_id, p.product, p.state, p.with_windows, p.licence_expires_at, "
        "p.licence_reason FROM " +
            tables +
            " WHERE p.device_id = d.device_id AND p.with_windows = 0 AND p.licence_expires_at IS NULL AND d.revoked_at "
            "IS NULL AND ($1 IS NULL OR d.unit_id IN (SELECT numbers_of($1))) ORDER BY d.host_name, d.device_id, "
            "p.product LIMIT $2 OFFSET $3",
        scope.sql_list(), limit, offset);
    std::vector<AntivirusOnPc> page;
    while (rows.next()) page.push_back({rows.text(0), rows.text(1), rows.integer(2), product_of(rows, 3)});
    return page;
}

bool AntivirusProducts::catch_up() {
    const std::vector<UnreadReport> unread = unread_reports(database_.reader());
    if (unread.empty()) return false;
    // Read before the write lock is taken: others' reports do not wait for it.
    std::vector<std::vector<AntivirusProduct>> products;
    products.reserve(unread.size());
    for (const UnreadReport& report : unread) products.push_back(antivirus_in(report.body));
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    for (std::size_t i = 0; i < unread.size(); ++i) replace_if_newest(writer, unread[i], products[i]);
    transaction.commit();
    return unread.size() == reports_at_once;
}

}  // namespace wardwatch
