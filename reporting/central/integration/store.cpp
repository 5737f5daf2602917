// The tables of webhooks, their deliveries and the cursors.
#include "reporting/central/integration/store.h"

#include <map>

#include "reporting/central/units/store.h"

#include "reporting/central/sql/database.h"

namespace wardwatch {

namespace {

constexpr const char* webhook_columns =
    "SELECT w.id, w.url, w.secret, w.unit_id, w.enabled, w.created_by, w.created_at, w.last_ok_at, w.last_problem, "
    "(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.dead_at IS NULL), "
    "(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.dead_at IS NOT NULL) FROM webhooks w ";

Webhook webhook_of(const sql::Row& row) {
    Webhook webhook;
    webhook.id = row.integer(0);
    webhook.url = row.text(1);
    webhook.secret = row.text(2);
    if (!row.is_null(3)) webhook.unit_id = row.integer(3);
    webhook.enabled = row.boolean(4);
    webhook.created_by = row.text(5);
    webhook.created_at = row.instant(6);
    webhook.last_ok_at = row.maybe_instant(7);
    webhook.last_problem = row.text(8);
    webhook.pending = row.integer(9);
    webhook.dead = row.integer(10);
    return webhook;
}

constexpr const char* delivery_columns =
    "SELECT id, webhook_id, body, created_at, attempts, next_at, dead_at, problem ";

std::vector<Delivery> deliveries_of(sql::Rows rows) {
    std::vector<Delivery> list;
    while (rows.next()) {
        list.push_back({rows.integer(0), rows.integer(1), rows.text(2), rows.instant(3), rows.integer(4),
                        rows.instant(5), rows.maybe_instant(6), rows.text(7)});
    }
    return list;
}

constexpr const char* change_columns =
    "SELECT c.id, c.at, c.device_id, d.host_name, c.unit_id, c.rule, c.instance, c.from_status, c.to_status "
    "FROM verdict_changes c JOIN devices d USING (device_id) ";

/// The caller holds the lock.
std::vector<ToldChange> changes_of(const sql::Reader& reader, sql::Rows rows) {
    std::vector<ToldChange> list;
    std::map<std::int64_t, std::string> paths;
    while (rows.next()) {
        const std::int64_t unit = rows.integer(4);
        if (paths.count(unit) == 0) paths[unit] = path_of(reader, unit);
        list.push_back({rows.integer(0), rows.instant(1), rows.text(2), rows.text(3), unit, paths[unit], rows.text(5),
                        rows.text(6), rows.text(7), rows.text(8)});
    }
    return list;
}

}  // namespace

std::int64_t Integrations::add_webhook(const Webhook& webhook) {
    sql::Writer writer = database_.writer();
    return writer.insert(
        "INSERT INTO webhooks (url, secret, unit_id, enabled, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6) "
        "RETURNING id",
        webhook.url, webhook.secret, webhook.unit_id, std::int64_t{webhook.enabled}, webhook.created_by,
        webhook.created_at);
}

std::vector<Webhook> Integrations::webhooks() const {
    const sql::Reader reader = database_.reader();
    sql::Rows rows = reader.query(std::string{webhook_columns} + "ORDER BY w.id");
    std::vector<Webhook> list;
    while (rows.next()) list.push_back(webhook_of(rows));
    return list;
}

std::optional<Webhook> Integrations::webhook(std::int64_t id) const {
    for (const Webhook& webhook : webhooks()) {
        if (webhook.id == id) return webhook;
    }
    return std::nullopt;
}

void Integrations::change_webhook(const Webhook& webhook) {
    sql::Writer writer = database_.writer();
    writer.run("UPDATE webhooks SET url = $2, unit_id = $3, enabled = $4 WHERE id = $1", webhook.id, webhook.url,
               webhook.unit_id, std::int64_t{webhook.enabled});
}

void Integrations::seal_webhook_secret(std::int64_t id, const std::string& sealed) {
    sql::Writer writer = database_.writer();
    writer.run("UPDATE webhooks SET secret = $2 WHERE id = $1", id, sealed);
}

bool Integrations::remove_webhook(std::int64_t id) {
    sql::Writer writer = database_.writer();
    return writer.run("DELETE FROM webhooks WHERE id = $1", id) > 0;
}

void Integrations::enqueue(const std::vector<Delivery>& deliveries, const std::string& target, std::int64_t last_id) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    for (const Delivery& delivery : deliveries) {
        // A webhook may have been removed meanwhile.
        writer.run(
            "INSERT INTO webhook_deliveries (webhook_id, body, created_at, next_at) "
            "SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM webhooks WHERE id = $1)",
            delivery.webhook_id, delivery.body, delivery.created_at, delivery.next_at);
    }
    writer.run(
        "INSERT INTO integration_cursors VALUES ($1, $2) ON CONFLICT (target) DO UPDATE SET last_id = excluded.last_id",
        target, last_id);
    transaction.commit();
}

std::vector<Delivery> Integrations::due(Instant now) const {
    const sql::Reader reader = database_.reader();
    return deliveries_of(
        reader.query("SELECT id, webhook_id, body, created_at, attempts, next_at, dead_at, problem "
                     "FROM webhook_deliveries WHERE id IN (SELECT min(d.id) FROM webhook_deliveries d "
                     "JOIN webhooks w ON w.id = d.webhook_id WHERE w.enabled = 1 AND d.dead_at IS NULL "
                     "GROUP BY d.webhook_id) AND next_at <= $1 ORDER BY id",
                     now));
}

void Integrations::delivered(const Delivery& delivery, Instant now) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    writer.run("DELETE FROM webhook_deliveries WHERE id = $1", delivery.id);
    writer.run("UPDATE webhooks SET last_ok_at = $2, last_problem = '' WHERE id = $1", delivery.webhook_id, now);
    transaction.commit();
}

void Integrations::not_delivered(const Delivery& delivery, const std::string& problem, Instant now, Instant next_at,
                                 bool dead) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    writer.run("UPDATE webhook_deliveries SET attempts = attempts + 1, problem = $2, dead_at = $3 WHERE id = $1",
               delivery.id, problem, dead ? std::optional{now} : std::nullopt);
    writer.run("UPDATE webhook_deliveries SET next_at = $2 WHERE webhook_id = $1 AND dead_at IS NULL",
               delivery.webhook_id, next_at);
    writer.run("UPDATE webhooks SET last_problem = $2 WHERE id = $1", delivery.webhook_id, problem);
    transaction.commit();
}

std::vector<Delivery> Integrations::dead_letters() const {
    const sql::Reader reader = database_.reader();
    return deliveries_of(
        reader.query(std::string{delivery_columns} + "FROM webhook_deliveries WHERE dead_at IS NOT NULL ORDER BY id"));
}

bool Integrations::retry(std::int64_t delivery_id, Instant now) {
    sql::Writer writer = database_.writer();
    return writer.run(
               "UPDATE webhook_deliveries SET dead_at = NULL, attempts = 0, next_at = $2 "
               "WHERE id = $1 AND dead_at IS NOT NULL",
               delivery_id, now) > 0;
}

std::optional<std::int64_t> Integrations::cursor(const std::string& target) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query("SELECT last_id FROM integration_cursors WHERE target = $1", target);
    if (!row.next()) return std::nullopt;
    return row.integer(0);
}

void Integrations::set_cursor(const std::string& target, std::int64_t last_id) { enqueue({}, target, last_id); }

std::int64_t Integrations::last_change() const {
    const sql::Reader reader = database_.reader();
    return reader.number("SELECT coalesce(max(id), 0) FROM verdict_changes");
}

std::int64_t Integrations::last_audit() const {
    const sql::Reader reader = database_.reader();
    return reader.number("SELECT coalesce(max(id), 0) FROM audit");
}

std::vector<ToldChange> Integrations::changes_after(std::int64_t id, std::int64_t limit) const {
    const sql::Reader reader = database_.reader();
    static const std::string text = std::string{change_columns} + "WHERE c.id > $1 ORDER BY c.id LIMIT $2";
    return changes_of(reader, reader.query(text, id, limit));
}

std::vector<ToldChange> Integrations::changes_between(Instant from, Instant to) const {
    const sql::Reader reader = database_.reader();
    static const std::string text = std::string{change_columns} + "WHERE c.at >= $1 AND c.at < $2 ORDER BY c.id";
    return changes_of(reader, reader.query(text, from, to));
}

bool ToldEntry::is_sign_in() const {
    for (const char* each : {"signIn", "signInFailed", "signOut", "endSession", "endOtherSessions"}) {
        if (action == each) return true;
    }
    return false;
}

std::vector<ToldEntry> Integrations::entries_after(std::int64_t id, const std::vector<std::string>& actions,
                                                   std::int64_t limit) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT id, at, actor, address, action, subject, detail FROM audit WHERE id > $1 AND (action IN ('signIn', "
        "'signInFailed', 'signOut', 'endSession', 'endOtherSessions', 'denied') OR substr(actor, 1, 4) = 'cli:' OR "
        "action IN (SELECT texts_of($2))) ORDER BY id LIMIT $3",
        id, sql::list_of(actions), limit);
    std::vector<ToldEntry> list;
    while (rows.next())
        list.push_back(
            {rows.integer(0), rows.instant(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5), rows.text(6)});
    return list;
}

std::vector<ToldHead> Integrations::heads_after(std::int64_t id, std::int64_t limit) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query("SELECT id, at, line FROM audit_heads WHERE id > $1 ORDER BY id LIMIT $2", id, limit);
    std::vector<ToldHead> list;
    while (rows.next()) list.push_back({rows.integer(0), rows.instant(1), rows.text(2)});
    return list;
}

}  // namespace wardwatch
