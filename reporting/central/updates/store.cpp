#include <algorithm>

#include "reporting/central/sql/statements.h"
#include "reporting/wire/version.h"

namespace wardwatch {

namespace sql {

namespace {

std::vector<std::string> ids_of(SQLite::Statement rows) {
    std::vector<std::string> ids;
    while (rows.executeStep()) ids.push_back(rows.getColumn(0).getString());
    return ids;
}

}  // namespace

std::vector<std::string> offers_of_version(SQLite::Database& database, const std::string& version) {
    return ids_of(query(database, "SELECT id FROM update_offers WHERE version = ?1 AND withdrawn_at IS NULL", version));
}

std::vector<std::string> offers_for_unit(SQLite::Database& database, std::optional<std::int64_t> unit_id) {
    return ids_of(
        query(database, "SELECT id FROM update_offers WHERE unit_id IS ?1 AND withdrawn_at IS NULL", unit_id));
}

void withdraw_offers(SQLite::Database& database, const std::vector<std::string>& ids, const std::string& reason,
                     Instant now) {
    for (const std::string& id : ids) {
        run(database,
            "UPDATE commands SET state = 'expired', changed_at = ?2, problem = ?3 WHERE batch_id = ?1 AND "
            "state = 'queued'",
            id, now, reason);
        run(database, "UPDATE update_offers SET withdrawn_at = ?2 WHERE id = ?1", id, now);
    }
}

}  // namespace sql

namespace {

constexpr const char* withdrawn = "the offer was withdrawn";

}  // namespace

void CentralStore::add_update(const Update& update, const std::vector<std::string>& pieces) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    auto known = sql::query(connection_->database, "SELECT sha256 FROM updates WHERE version = ?1", update.version);
    if (known.executeStep()) {
        if (known.getColumn(0).getString() == update.sha256) return;
        throw StoreError("Version " + update.version +
                         " is already here with other content. A version never changes: give the new package a higher "
                         "one, or `update remove` the old one first.");
    }
    known.reset();
    sql::run(connection_->database, "INSERT INTO updates(version, size, sha256, added_at) VALUES (?1, ?2, ?3, ?4)",
             update.version, update.size, update.sha256, update.added_at);
    std::int64_t position = 0;
    for (const std::string& piece : pieces) {
        SQLite::Statement add{connection_->database,
                              "INSERT INTO update_pieces(version, position, content) VALUES (?1, ?2, ?3)"};
        add.bind(1, update.version);
        add.bind(2, position++);
        add.bind(3, piece.data(), static_cast<int>(piece.size()));
        add.exec();
    }
    write.commit();
}

std::vector<Update> CentralStore::updates() const {
    std::vector<Update> all;
    {
        const std::lock_guard lock{connection_->mutex};
        auto rows = sql::query(connection_->database, "SELECT version, size, sha256, added_at FROM updates");
        while (rows.executeStep())
            all.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getInt64(), rows.getColumn(2).getString(),
                           sql::instant(rows.getColumn(3))});
    }
    std::sort(all.begin(), all.end(),
              [](const Update& left, const Update& right) { return is_newer(left.version, right.version); });
    return all;
}

std::optional<std::string> CentralStore::update_piece(const std::string& version, std::int64_t position) const {
    const std::lock_guard lock{connection_->mutex};
    auto row = sql::query(connection_->database,
                          "SELECT content FROM update_pieces WHERE version = ?1 AND position = ?2", version, position);
    if (!row.executeStep()) return std::nullopt;
    return row.getColumn(0).getString();
}

bool CentralStore::remove_update(const std::string& version, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    sql::withdraw_offers(connection_->database, sql::offers_of_version(connection_->database, version), withdrawn, now);
    sql::run(connection_->database, "DELETE FROM update_offers WHERE version = ?1", version);
    sql::run(connection_->database, "DELETE FROM update_pieces WHERE version = ?1", version);
    const int removed = sql::run(connection_->database, "DELETE FROM updates WHERE version = ?1", version);
    write.commit();
    return removed > 0;
}

void CentralStore::add_offer(const UpdateOffer& offer) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    if (!sql::query(connection_->database, "SELECT 1 FROM updates WHERE version = ?1", offer.version).executeStep())
        throw StoreError("There is no package of version " + offer.version + " here; `update list` shows all.");
    if (offer.unit_id) sql::require_unit(connection_->database, *offer.unit_id);
    sql::withdraw_offers(connection_->database, sql::offers_for_unit(connection_->database, offer.unit_id),
                         "another offer took its place", offer.offered_at);
    sql::run(connection_->database,
             "INSERT INTO update_offers(id, version, unit_id, percent, offered_at) VALUES (?1, ?2, ?3, ?4, ?5)",
             offer.id, offer.version, offer.unit_id, offer.percent, offer.offered_at);
    write.commit();
}

bool CentralStore::withdraw_offers(const std::string& version, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    const std::vector<std::string> ids = sql::offers_of_version(connection_->database, version);
    sql::withdraw_offers(connection_->database, ids, withdrawn, now);
    write.commit();
    return !ids.empty();
}

std::vector<UpdateOffer> CentralStore::offers() const {
    const std::lock_guard lock{connection_->mutex};
    auto rows = sql::query(connection_->database,
                           "SELECT id, version, unit_id, percent, offered_at FROM update_offers WHERE "
                           "withdrawn_at IS NULL ORDER BY offered_at, id");
    std::vector<UpdateOffer> all;
    while (rows.executeStep()) {
        UpdateOffer offer{rows.getColumn(0).getString(), rows.getColumn(1).getString(), std::nullopt,
                          rows.getColumn(3).getInt64(), sql::instant(rows.getColumn(4))};
        if (!rows.getColumn(2).isNull()) offer.unit_id = rows.getColumn(2).getInt64();
        all.push_back(std::move(offer));
    }
    return all;
}

std::int64_t CentralStore::unfinished_commands(const std::string& kind) const {
    const std::lock_guard lock{connection_->mutex};
    auto row = sql::query(connection_->database,
                          "SELECT count(*) FROM commands WHERE kind = ?1 AND state IN "
                          "('queued', 'delivered', 'running', 'scanned')",
                          kind);
    row.executeStep();
    return row.getColumn(0).getInt64();
}

}  // namespace wardwatch
