#include <algorithm>

#include "reporting/central/store_sql.h"
#include "reporting/wire/version.h"

namespace wardwatch {

namespace {

/// Within the caller's transaction. Who has a command may finish it.
int withdraw(SQLite::Database& database, const std::string& version, Instant now) {
    sql::run(database,
             "UPDATE commands SET state = 'expired', changed_at = ?2, problem = 'the offer was withdrawn' WHERE "
             "kind = 'update' AND argument = ?1 AND state = 'queued'",
             version, now);
    return sql::run(database, "UPDATE update_offers SET withdrawn_at = ?2 WHERE version = ?1 AND withdrawn_at IS NULL",
                    version, now);
}

}  // namespace

void CentralStore::add_update(const Update& update, const std::vector<std::string>& pieces) {
    const std::lock_guard lock{mutex_};
    sql::Write write{*database_};
    auto known = sql::query(*database_, "SELECT sha256 FROM updates WHERE version = ?1", update.version);
    if (known.executeStep()) {
        if (known.getColumn(0).getString() == update.sha256) return;
        throw StoreError("Version " + update.version +
                         " is already here with other content. A version never changes: give the new package a higher "
                         "one, or `update remove` the old one first.");
    }
    known.reset();
    sql::run(*database_, "INSERT INTO updates(version, size, sha256, added_at) VALUES (?1, ?2, ?3, ?4)", update.version,
             update.size, update.sha256, update.added_at);
    std::int64_t position = 0;
    for (const std::string& piece : pieces) {
        SQLite::Statement add{*database_, "INSERT INTO update_pieces(version, position, content) VALUES (?1, ?2, ?3)"};
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
        const std::lock_guard lock{mutex_};
        auto rows = sql::query(*database_, "SELECT version, size, sha256, added_at FROM updates");
        while (rows.executeStep())
            all.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getInt64(), rows.getColumn(2).getString(),
                           sql::instant(rows.getColumn(3))});
    }
    std::sort(all.begin(), all.end(),
              [](const Update& left, const Update& right) { return is_newer(left.version, right.version); });
    return all;
}

std::optional<std::string> CentralStore::update_piece(const std::string& version, std::int64_t position) const {
    const std::lock_guard lock{mutex_};
    auto row = sql::query(*database_, "SELECT content FROM update_pieces WHERE version = ?1 AND position = ?2", version,
                          position);
    if (!row.executeStep()) return std::nullopt;
    return row.getColumn(0).getString();
}

bool CentralStore::remove_update(const std::string& version, Instant now) {
    const std::lock_guard lock{mutex_};
    sql::Write write{*database_};
    withdraw(*database_, version, now);
    sql::run(*database_, "DELETE FROM update_offers WHERE version = ?1", version);
    sql::run(*database_, "DELETE FROM update_pieces WHERE version = ?1", version);
    const int removed = sql::run(*database_, "DELETE FROM updates WHERE version = ?1", version);
    write.commit();
    return removed > 0;
}

void CentralStore::add_offer(const UpdateOffer& offer) {
    const std::lock_guard lock{mutex_};
    sql::Write write{*database_};
    if (!sql::query(*database_, "SELECT 1 FROM updates WHERE version = ?1", offer.version).executeStep())
        throw StoreError("There is no package of version " + offer.version + " here; `update list` shows all.");
    if (offer.unit_id) sql::require_unit(*database_, *offer.unit_id);
    auto replaced = sql::query(*database_, "SELECT id FROM update_offers WHERE unit_id IS ?1 AND withdrawn_at IS NULL",
                               offer.unit_id);
    while (replaced.executeStep())
        sql::run(*database_,
                 "UPDATE commands SET state = 'expired', changed_at = ?2, problem = 'another offer took its place' "
                 "WHERE batch_id = ?1 AND state = 'queued'",
                 replaced.getColumn(0).getString(), offer.offered_at);
    replaced.reset();
    sql::run(*database_, "UPDATE update_offers SET withdrawn_at = ?2 WHERE unit_id IS ?1 AND withdrawn_at IS NULL",
             offer.unit_id, offer.offered_at);
    sql::run(*database_,
             "INSERT INTO update_offers(id, version, unit_id, percent, offered_at) VALUES (?1, ?2, ?3, ?4, ?5)",
             offer.id, offer.version, offer.unit_id, offer.percent, offer.offered_at);
    write.commit();
}

bool CentralStore::withdraw_offers(const std::string& version, Instant now) {
    const std::lock_guard lock{mutex_};
    sql::Write write{*database_};
    const int withdrawn = withdraw(*database_, version, now);
    write.commit();
    return withdrawn > 0;
}

std::vector<UpdateOffer> CentralStore::offers() const {
    const std::lock_guard lock{mutex_};
    auto rows = sql::query(*database_,
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
    const std::lock_guard lock{mutex_};
    auto row = sql::query(*database_,
                          "SELECT count(*) FROM commands WHERE kind = ?1 AND state IN "
                          "('queued', 'delivered', 'running', 'scanned')",
                          kind);
    row.executeStep();
    return row.getColumn(0).getInt64();
}

}  // namespace wardwatch
