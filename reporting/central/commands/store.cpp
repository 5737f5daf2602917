// The table of commands, and which state may follow which.
#include <algorithm>

#include "reporting/central/commands/store.h"

#include "embedded/reasons.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

std::string_view name_of(CommandState state) {
    switch (state) {
        case CommandState::queued:
            return "queued";
        case CommandState::delivered:
            return "delivered";
        case CommandState::running:
            return "running";
        case CommandState::scanned:
            return "scanned";
        case CommandState::done:
            return "done";
        case CommandState::failed:
            return "failed";
        case CommandState::expired:
            break;
    }
    return "expired";
}

namespace {

constexpr std::size_t most_at_once = 100;  // of one PC

#define WARDWATCH_COMMAND_COLUMNS                                                                                 \
    "SELECT c.id, c.batch_id, c.device_id, d.host_name, c.kind, c.created_by, c.created_at, "                     \
    "c.expires_at, c.state, c.changed_at, c.collector, c.position, c.count, c.report_id, c.problem, c.argument, " \
    "d.unit_id FROM "                                                                                             \
    "commands c JOIN devices d ON d.device_id = c.device_id "
#define WARDWATCH_UNFINISHED "('queued', 'delivered', 'running', 'scanned')"

CommandState command_state_from(std::string_view name) {
    for (const CommandState state : command_states) {
        if (name == name_of(state)) return state;
    }
    throw StoreError("The database holds an unknown state of a command: " + std::string{name});
}

StoredCommand read_command(const sql::Row& row) {
    StoredCommand command;
    command.id = row.text(0);
    command.batch_id = row.text(1);
    command.device_id = row.text(2);
    command.host_name = row.text(3);
    command.kind = row.text(4);
    command.created_by = row.text(5);
    command.created_at = row.instant(6);
    command.expires_at = row.instant(7);
    command.state = command_state_from(row.text(8));
    command.changed_at = row.instant(9);
    command.collector = row.text(10);
    command.position = row.integer(11);
    command.count = row.integer(12);
    command.report_id = row.text(13);
    command.problem = row.text(14);
    command.argument = row.text(15);
    command.unit_id = row.integer(16);
    return command;
}

bool report_is_here(const sql::Reader& reader, const std::string& device_id, const std::string& report_id) {
    return reader.query("SELECT 1 FROM reports WHERE device_id = $1 AND report_id = $2", device_id, report_id).next();
}

/// What the news makes of a command in `state`; nothing when it contradicts how the command ended. An expired one still
/// gets its end: the PC had it before its time was over, and what happened is said as it was.
std::optional<CommandState> state_after(CommandState state, const CommandNews& news, bool report_here) {
    const CommandState told = news.state == CommandState::scanned && report_here ? CommandState::done : news.state;
    switch (state) {
        case CommandState::done:
        case CommandState::scanned:
            if (news.state != CommandState::scanned && news.state != CommandState::done) return std::nullopt;
            return state == CommandState::done ? state : told;
        case CommandState::failed:
            return told == CommandState::failed ? std::optional{state} : std::nullopt;
        case CommandState::expired:
            return told == CommandState::running ? state : told;
        case CommandState::queued:
        case CommandState::delivered:
        case CommandState::running:
            break;
    }
    return told;
}

}  // namespace

void Commands::add(const NewBatch& batch) {
    insert(batch);
    std::string devices;
    for (const NewBatch::Command& command : batch.commands) devices += (devices.empty() ? "" : " ") + command.device_id;
    database_.tell(commands_news, devices);
}

void Commands::insert(const NewBatch& batch) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    for (const NewBatch::Command& command : batch.commands) {
        const std::int64_t added = writer.run(
            "INSERT INTO commands(id, batch_id, device_id, kind, created_by, created_at, expires_at, state, "
            "changed_at, argument) SELECT $1, $2, device_id, $4, $5, $6, $7, 'queued', $6, $8 FROM devices WHERE "
            "device_id = $3 AND revoked_at IS NULL",
            command.id, batch.id, command.device_id, batch.kind, batch.created_by, batch.created_at, batch.expires_at,
            batch.argument);
        if (added == 0) throw StoreError("There is no PC " + command.device_id + ", or it is revoked.");
    }
    transaction.commit();
}

std::vector<StoredCommand> Commands::open(const std::string& device_id, const std::vector<std::string>& has,
                                          Instant now) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(WARDWATCH_COMMAND_COLUMNS
                             "WHERE c.device_id = $1 AND c.state IN ('queued', 'delivered', 'running') AND "
                             "c.expires_at > $2 ORDER BY c.created_at, c.id",
                             device_id, now);
    std::vector<StoredCommand> open;
    while (has.size() + open.size() < most_at_once && rows.next()) {
        StoredCommand command = read_command(rows);
        if (std::find(has.begin(), has.end(), command.id) == has.end()) open.push_back(std::move(command));
    }
    return open;
}

CommandNewsOutcome Commands::add_news(const std::string& device_id, const std::string& command_id,
                                      const CommandNews& news, Instant now) {
    sql::Writer writer = database_.writer();
    if (news.state == CommandState::running) writer.without_waiting_for_the_disk();
    sql::Transaction transaction{writer};
    auto row = writer.query("SELECT state, report_id, kind FROM commands WHERE id = $1 AND device_id = $2", command_id,
                            device_id);
    if (!row.next()) return CommandNewsOutcome::unknown;
    const CommandState before = command_state_from(row.text(0));
    const std::string report_before = row.text(1);
    const bool scan = row.text(2) == "scan";
    row.finish();
    if (news.state == (scan ? CommandState::done : CommandState::scanned)) return CommandNewsOutcome::unfit;
    const bool report_here = news.state == CommandState::scanned && report_is_here(writer, device_id, news.report_id);
    const std::optional<CommandState> after = state_after(before, news, report_here);
    if (!after || (!report_before.empty() && report_before != news.report_id)) return CommandNewsOutcome::finished;
    // News that changes nothing is no news, but for a run's: they show that the PC is still at it.
    if (*after == before && before != CommandState::running) return CommandNewsOutcome::taken;
    writer.run(
        "UPDATE commands SET state = $2, changed_at = $3, collector = $4, position = $5, count = $6, "
        "report_id = $7, problem = $8 WHERE id = $1",
        command_id, name_of(*after), now, news.collector, news.position, news.count, news.report_id, news.problem);
    transaction.commit();
    return CommandNewsOutcome::taken;
}

std::vector<StoredCommand> Commands::batch(const std::string& batch_id) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(WARDWATCH_COMMAND_COLUMNS "WHERE c.batch_id = $1 ORDER BY d.host_name, c.id", batch_id);
    std::vector<StoredCommand> all;
    while (rows.next()) all.push_back(read_command(rows));
    return all;
}

std::vector<StoredCommand> Commands::of(const std::string& device_id, std::size_t limit) const {
    const sql::Reader reader = database_.reader();
    auto rows =
        reader.query(WARDWATCH_COMMAND_COLUMNS "WHERE c.device_id = $1 ORDER BY c.created_at DESC, c.id LIMIT $2",
                     device_id, static_cast<std::int64_t>(limit));
    std::vector<StoredCommand> all;
    while (rows.next()) all.push_back(read_command(rows));
    return all;
}

std::vector<BatchSummary> Commands::newest_scans(const Scope& scope, Instant now, std::size_t limit) const {
    const sql::Reader reader = database_.reader();
    // From batch to batch through the index: a batch may have ten thousand commands, and they are kept for 90 days.
    auto rows = reader.query(
        "WITH RECURSIVE batches(batch) AS (SELECT min(batch_id) FROM commands UNION ALL SELECT (SELECT min(batch_id) "
        "FROM commands WHERE batch_id > batch) FROM batches WHERE batch IS NOT NULL), newest AS (SELECT batch, (SELECT "
        "created_at FROM commands WHERE batch_id = batch LIMIT 1) AS at FROM batches WHERE (SELECT kind FROM commands "
        "WHERE batch_id = batch LIMIT 1) = 'scan' AND ($1 IS NULL OR EXISTS (SELECT 1 FROM commands JOIN devices USING "
        "(device_id) WHERE batch_id = batch AND unit_id IN (SELECT numbers_of($1)))) ORDER BY at DESC, batch "
        "LIMIT $2) "
        "SELECT c.batch_id, c.created_by, c.created_at, c.expires_at, c.state, least($3 - c.changed_at, 120) AS age, "
        "count(*) FROM newest n JOIN commands c ON c.batch_id = n.batch WHERE ($1 IS NULL OR (SELECT unit_id FROM "
        "devices d WHERE d.device_id = c.device_id) IN (SELECT numbers_of($1))) "
        "GROUP BY n.at, c.batch_id, c.created_by, c.created_at, c.expires_at, c.state, age ORDER BY n.at DESC, "
        "c.batch_id",
        scope.sql_list(), static_cast<std::int64_t>(limit), now);
    std::vector<BatchSummary> all;
    while (rows.next()) {
        StoredCommand command;
        command.batch_id = rows.text(0);
        command.kind = "scan";
        command.created_by = rows.text(1);
        command.created_at = rows.instant(2);
        command.expires_at = rows.instant(3);
        command.state = command_state_from(rows.text(4));
        command.changed_at = now - std::chrono::seconds{rows.integer(5)};
        if (all.empty() || all.back().id != command.batch_id) all.push_back({command.batch_id, {}});
        all.back().parts.push_back({std::move(command), rows.integer(6)});
    }
    return all;
}

std::int64_t Commands::end_overdue(Instant now, Instant forget_before) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    const std::int64_t ended = writer.run(
        "UPDATE commands SET state = 'expired', changed_at = $1, "
        "problem = CASE WHEN state = 'scanned' THEN $2 ELSE '' END "
        "WHERE state IN " WARDWATCH_UNFINISHED " AND expires_at <= $1",
        now, sentence_of(reasons::report_did_not_arrive()));
    const std::int64_t forgotten = writer.run(
        "DELETE FROM commands WHERE state IN ('done', 'failed', 'expired') AND "
        "changed_at < $1",
        forget_before);
    if (ended + forgotten > 0) transaction.commit();
    return ended;
}

std::vector<std::string> Commands::devices_with_queued() const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query("SELECT DISTINCT device_id FROM commands WHERE state = 'queued'");
    std::vector<std::string> all;
    while (rows.next()) all.push_back(rows.text(0));
    return all;
}

std::int64_t Commands::unfinished(const std::string& kind) const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query(
        "SELECT count(*) FROM commands WHERE kind = $1 AND state IN "
        "('queued', 'delivered', 'running', 'scanned')",
        kind);
    row.next();
    return row.integer(0);
}

std::int64_t Commands::updates_at_work() const {
    const sql::Reader reader = database_.reader();
    auto row = reader.query(
        "SELECT count(*) FROM commands WHERE kind = 'update' AND state IN ('queued', 'delivered', 'running') AND "
        "NOT (state = 'running' AND collector = 'restart')");
    row.next();
    return row.integer(0);
}

void mark_delivered(sql::Writer& writer, const CommandDelivery& delivery) {
    writer.run(
        "UPDATE commands SET state = 'delivered', changed_at = $2 WHERE id = $1 AND (state = 'queued' OR (state IN "
        "('delivered', 'running') AND changed_at < $2))",
        delivery.command_id, delivery.at);
}

void finish_commands_of_report(sql::Writer& writer, const std::string& device_id, const std::string& report_id,
                               Instant now) {
    writer.run(
        "UPDATE commands SET state = 'done', changed_at = $3, problem = '' WHERE device_id = $1 AND "
        "state IN ('scanned', 'expired') AND report_id = $2",
        device_id, report_id, now);
}

void end_commands_of_device(sql::Writer& writer, const std::string& device_id, Instant now) {
    writer.run(
        "UPDATE commands SET state = 'failed', changed_at = $2, problem = $3 WHERE device_id = $1 "
        "AND state IN " WARDWATCH_UNFINISHED,
        device_id, now, sentence_of(reasons::pc_was_revoked()));
}

}  // namespace wardwatch
