#include "reporting/central/integration/store.h"

#include "reporting/central/sql/statements.h"

namespace wardwatch {

using sql::Connection;
using sql::query;
using sql::run;

namespace {

constexpr const char* webhook_columns =
    "SELECT w.id, w.url, w.secret, w.unit_id, w.enabled, w.created_by, w.created_at, w.last_ok_at, w.last_problem, "
    "(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.dead_at IS NULL), "
    "(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.dead_at IS NOT NULL) FROM webhooks w ";

Webhook webhook_of(const SQLite::Statement& row) {
    Webhook webhook;
    webhook.id = row.getColumn(0).getInt64();
    webhook.url = row.getColumn(1).getString();
    webhook.secret = row.getColumn(2).getString();
    if (!row.getColumn(3).isNull()) webhook.unit_id = row.getColumn(3).getInt64();
    webhook.enabled = row.getColumn(4).getInt() != 0;
    webhook.created_by = row.getColumn(5).getString();
    webhook.created_at = sql::instant(row.getColumn(6));
    webhook.last_ok_at = sql::maybe_instant(row.getColumn(7));
    webhook.last_problem = row.getColumn(8).getString();
    webhook.pending = row.getColumn(9).getInt64();
    webhook.dead = row.getColumn(10).getInt64();
    return webhook;
}

constexpr const char* delivery_columns =
    "SELECT id, webhook_id, body, created_at, attempts, next_at, dead_at, problem ";

std::vector<Delivery> deliveries_of(SQLite::Statement rows) {
    std::vector<Delivery> list;
    while (rows.executeStep()) {
        list.push_back({rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64(), rows.getColumn(2).getString(),
                        sql::instant(rows.getColumn(3)), rows.getColumn(4).getInt64(), sql::instant(rows.getColumn(5)),
                        sql::maybe_instant(rows.getColumn(6)), rows.getColumn(7).getString()});
    }
    return list;
}

constexpr const char* change_columns =
    "SELECT c.id, c.at, c.device_id, d.host_name, c.unit_id, c.rule, c.instance, c.from_status, c.to_status "
    "FROM verdict_changes c JOIN devices d USING (device_id) ";

/// The caller holds the lock.
std::vector<ToldChange> changes_of(SQLite::Database& database, SQLite::Statement rows) {
    std::vector<ToldChange> list;
    std::map<std::int64_t, std::string> paths;
    while (rows.executeStep()) {
        const std::int64_t unit = rows.getColumn(4).getInt64();
        if (paths.count(unit) == 0) paths[unit] = sql::path_of(database, unit);
        list.push_back({rows.getColumn(0).getInt64(), sql::instant(rows.getColumn(1)), rows.getColumn(2).getString(),
                        rows.getColumn(3).getString(), unit, paths[unit], rows.getColumn(5).getString(),
                        rows.getColumn(6).getString(), rows.getColumn(7).getString(), rows.getColumn(8).getString()});
    }
    return list;
}

}  // namespace

std::int64_t Integrations::add_webhook(const Webhook& webhook) {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    run(connection.database,
        "INSERT INTO webhooks (url, secret, unit_id, enabled, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        webhook.url, webhook.secret, webhook.unit_id, std::int64_t{webhook.enabled}, webhook.created_by,
        webhook.created_at);
    return connection.database.getLastInsertRowid();
}

std::vector<Webhook> Integrations::webhooks() const {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    SQLite::Statement rows{connection.database, std::string{webhook_columns} + "ORDER BY w.id"};
    std::vector<Webhook> list;
    while (rows.executeStep()) list.push_back(webhook_of(rows));
    return list;
}

std::optional<Webhook> Integrations::webhook(std::int64_t id) const {
    for (const Webhook& webhook : webhooks()) {
        if (webhook.id == id) return webhook;
    }
    return std::nullopt;
}

void Integrations::change_webhook(const Webhook& webhook) {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    run(connection.database, "UPDATE webhooks SET url = ?2, unit_id = ?3, enabled = ?4 WHERE id = ?1", webhook.id,
        webhook.url, webhook.unit_id, std::int64_t{webhook.enabled});
}

bool Integrations::remove_webhook(std::int64_t id) {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return run(connection.database, "DELETE FROM webhooks WHERE id = ?1", id) > 0;
}

void Integrations::enqueue(const std::vector<Delivery>& deliveries, const std::string& target, std::int64_t last_id) {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::Write write{connection.database};
    for (const Delivery& delivery : deliveries) {
        // A webhook may have been removed meanwhile.
        run(connection.database,
            "INSERT INTO webhook_deliveries (webhook_id, body, created_at, next_at) "
            "SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM webhooks WHERE id = ?1)",
            delivery.webhook_id, delivery.body, delivery.created_at, delivery.next_at);
    }
    run(connection.database,
        "INSERT INTO integration_cursors VALUES (?1, ?2) ON CONFLICT (target) DO UPDATE SET last_id = excluded.last_id",
        target, last_id);
    write.commit();
}

std::vector<Delivery> Integrations::due(Instant now) const {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return deliveries_of(query(connection.database,
                               "SELECT id, webhook_id, body, created_at, attempts, next_at, dead_at, problem "
                               "FROM webhook_deliveries WHERE id IN (SELECT min(d.id) FROM webhook_deliveries d "
                               "JOIN webhooks w ON w.id = d.webhook_id WHERE w.enabled = 1 AND d.dead_at IS NULL "
                               "GROUP BY d.webhook_id) AND next_at <= ?1 ORDER BY id",
                               now));
}

void Integrations::delivered(const Delivery& delivery, Instant now) {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::Write write{connection.database};
    run(connection.database, "DELETE FROM webhook_deliveries WHERE id = ?1", delivery.id);
    run(connection.database, "UPDATE webhooks SET last_ok_at = ?2, last_problem = '' WHERE id = ?1",
        delivery.webhook_id, now);
    write.commit();
}

void Integrations::not_delivered(const Delivery& delivery, const std::string& problem, Instant now, Instant next_at,
                                 bool dead) {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    sql::Write write{connection.database};
    run(connection.database,
        "UPDATE webhook_deliveries SET attempts = attempts + 1, problem = ?2, dead_at = ?3 WHERE id = ?1", delivery.id,
        problem, dead ? std::optional{now} : std::nullopt);
    run(connection.database, "UPDATE webhook_deliveries SET next_at = ?2 WHERE webhook_id = ?1 AND dead_at IS NULL",
        delivery.webhook_id, next_at);
    run(connection.database, "UPDATE webhooks SET last_problem = ?2 WHERE id = ?1", delivery.webhook_id, problem);
    write.commit();
}

std::vector<Delivery> Integrations::dead_letters() const {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return deliveries_of(SQLite::Statement{
        connection.database,
        std::string{delivery_columns} + "FROM webhook_deliveries WHERE dead_at IS NOT NULL ORDER BY id"});
}

bool Integrations::retry(std::int64_t delivery_id, Instant now) {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return run(connection.database,
               "UPDATE webhook_deliveries SET dead_at = NULL, attempts = 0, next_at = ?2 "
               "WHERE id = ?1 AND dead_at IS NOT NULL",
               delivery_id, now) > 0;
}

std::optional<std::int64_t> Integrations::cursor(const std::string& target) const {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    SQLite::Statement row =
        query(connection.database, "SELECT last_id FROM integration_cursors WHERE target = ?1", target);
    if (!row.executeStep()) return std::nullopt;
    return row.getColumn(0).getInt64();
}

void Integrations::set_cursor(const std::string& target, std::int64_t last_id) { enqueue({}, target, last_id); }

std::int64_t Integrations::last_change() const {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return connection.database.execAndGet("SELECT ifnull(max(id), 0) FROM verdict_changes").getInt64();
}

std::int64_t Integrations::last_audit() const {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    return connection.database.execAndGet("SELECT ifnull(max(id), 0) FROM audit").getInt64();
}

std::vector<ToldChange> Integrations::changes_after(std::int64_t id, std::int64_t limit) const {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    static const std::string text = std::string{change_columns} + "WHERE c.id > ?1 ORDER BY c.id LIMIT ?2";
    return changes_of(connection.database, query(connection.database, text.c_str(), id, limit));
}

std::vector<ToldChange> Integrations::changes_between(Instant from, Instant to) const {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    static const std::string text = std::string{change_columns} + "WHERE c.at >= ?1 AND c.at < ?2 ORDER BY c.id";
    return changes_of(connection.database, query(connection.database, text.c_str(), from, to));
}

std::vector<ToldSignIn> Integrations::sign_ins_after(std::int64_t id, std::int64_t limit) const {
    Connection& connection = store_.connection();
    const std::lock_guard lock{connection.mutex};
    SQLite::Statement rows = query(connection.database,
                                   "SELECT id, at, actor, address, action FROM audit WHERE id > ?1 AND (lower(action) "
                                   "LIKE '%sign%' OR lower(action) LIKE '%session%') ORDER BY id LIMIT ?2",
                                   id, limit);
    std::vector<ToldSignIn> list;
    while (rows.executeStep()) {
        list.push_back({rows.getColumn(0).getInt64(), sql::instant(rows.getColumn(1)), rows.getColumn(2).getString(),
                        rows.getColumn(3).getString(), rows.getColumn(4).getString()});
    }
    return list;
}

}  // namespace wardwatch
