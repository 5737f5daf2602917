// The tables of packages, their pieces and their offers.
#include <algorithm>

#include "reporting/central/updates/store.h"

#include "embedded/reasons.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"
#include "reporting/wire/version.h"

namespace wardwatch {

namespace {

std::vector<std::string> ids_of(sql::Rows rows) {
    std::vector<std::string> ids;
    while (rows.next()) ids.push_back(rows.text(0));
    return ids;
}

}  // namespace

std::vector<std::string> offers_of_version(const sql::Reader& reader, const std::string& version) {
    return ids_of(reader.query("SELECT id FROM update_offers WHERE version = $1 AND withdrawn_at IS NULL", version));
}

std::vector<std::string> offers_for_unit(const sql::Reader& reader, std::optional<std::int64_t> unit_id) {
    return ids_of(reader.query(
        "SELECT id FROM update_offers WHERE unit_id IS NOT DISTINCT FROM $1 AND withdrawn_at IS NULL", unit_id));
}

void withdraw_offers(sql::Writer& writer, const std::vector<std::string>& ids, const Reason& reason, Instant now) {
    for (const std::string& id : ids) {
        writer.run(
            "UPDATE commands SET state = 'expired', changed_at = $2, problem = $3 WHERE batch_id = $1 AND "
            "state = 'queued'",
            id, now, sentence_of(reason));
        writer.run("UPDATE update_offers SET withdrawn_at = $2 WHERE id = $1", id, now);
    }
}

namespace {}  // namespace

void Updates::add(const Update& update, const std::vector<std::string>& pieces) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    auto known = writer.query("SELECT sha256 FROM updates WHERE version = $1", update.version);
    if (known.next()) {
        if (known.text(0) == update.sha256) return;
        throw StoreError("Version " + update.version +
                         " is already here with other content. A version never changes: give the new package a higher "
                         "one, or `update remove` the old one first.");
    }
    known.finish();
    writer.run("INSERT INTO updates(version, size, sha256, added_at) VALUES ($1, $2, $3, $4)", update.version,
               update.size, update.sha256, update.added_at);
    std::int64_t position = 0;
    for (const std::string& piece : pieces) {
        writer.run("INSERT INTO update_pieces(version, position, content) VALUES ($1, $2, $3)", update.version,
                   position++, sql::Blob{piece});
    }
    transaction.commit();
}

std::vector<Update> Updates::all() const {
    std::vector<Update> all;
    {
        const sql::Reader reader = database_.reader();
        auto rows = reader.query("SELECT version, size, sha256, added_at FROM updates");
        while (rows.next()) all.push_back({rows.text(0), rows.integer(1), rows.text(2), rows.instant(3)});
    }
    std::sort(all.begin(), all.end(),
              [](const Update& left, const Update& right) { return is_newer(left.version, right.version); });
    return all;
}

std::optional<std::string> Updates::piece(const std::string& version, std::int64_t position) const {
    const sql::Reader reader = database_.reader();
    auto row =
        reader.query("SELECT content FROM update_pieces WHERE version = $1 AND position = $2", version, position);
    if (!row.next()) return std::nullopt;
    return row.text(0);
}

bool Updates::remove(const std::string& version, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    wardwatch::withdraw_offers(writer, offers_of_version(writer, version), reasons::offer_withdrawn(), now);
    writer.run("DELETE FROM update_offers WHERE version = $1", version);
    writer.run("DELETE FROM update_pieces WHERE version = $1", version);
    const std::int64_t removed = writer.run("DELETE FROM updates WHERE version = $1", version);
    transaction.commit();
    return removed > 0;
}

void Updates::add_offer(const UpdateOffer& offer) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    if (!writer.query("SELECT 1 FROM updates WHERE version = $1", offer.version).next())
        throw StoreError("There is no package of version " + offer.version + " here; `update list` shows all.");
    if (offer.unit_id) require_unit(writer, *offer.unit_id);
    wardwatch::withdraw_offers(writer, offers_for_unit(writer, offer.unit_id), reasons::offer_replaced(),
                               offer.offered_at);
    writer.run("INSERT INTO update_offers(id, version, unit_id, percent, offered_at) VALUES ($1, $2, $3, $4, $5)",
               offer.id, offer.version, offer.unit_id, offer.percent, offer.offered_at);
    transaction.commit();
}

bool Updates::withdraw_offers(const std::string& version, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    const std::vector<std::string> ids = offers_of_version(writer, version);
    wardwatch::withdraw_offers(writer, ids, reasons::offer_withdrawn(), now);
    transaction.commit();
    return !ids.empty();
}

std::vector<UpdateOffer> Updates::offers() const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT id, version, unit_id, percent, offered_at FROM update_offers WHERE "
        "withdrawn_at IS NULL ORDER BY offered_at, id");
    std::vector<UpdateOffer> all;
    while (rows.next()) {
        UpdateOffer offer{rows.text(0), rows.text(1), std::nullopt, rows.integer(3), rows.instant(4)};
        if (!rows.is_null(2)) offer.unit_id = rows.integer(2);
        all.push_back(std::move(offer));
    }
    return all;
}

void offers_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done) {
    // A unit has at most one offer in force, as add_offer sees to it.
    if (!offers_for_unit(writer, merge.into).empty()) {
        const std::vector<std::string> second = offers_for_unit(writer, merge.from);
        withdraw_offers(writer, second, reasons::offer_replaced(), merge.by.at);
        done.withdrawn += static_cast<std::int64_t>(second.size());
    }
    done.offers += writer.run("UPDATE update_offers SET unit_id = $2 WHERE unit_id = $1 AND withdrawn_at IS NULL",
                              merge.from, merge.into);
}

}  // namespace wardwatch
