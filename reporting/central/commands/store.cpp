#include <algorithm>

#include "reporting/central/sql/statements.h"

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

StoredCommand read_command(SQLite::Statement& row) {
    StoredCommand command;
    command.id = row.getColumn(0).getString();
    command.batch_id = row.getColumn(1).getString();
    command.device_id = row.getColumn(2).getString();
    command.host_name = row.getColumn(3).getString();
    command.kind = row.getColumn(4).getString();
    command.created_by = row.getColumn(5).getString();
    command.created_at = sql::instant(row.getColumn(6));
    command.expires_at = sql::instant(row.getColumn(7));
    command.state = command_state_from(row.getColumn(8).getString());
    command.changed_at = sql::instant(row.getColumn(9));
    command.collector = row.getColumn(10).getString();
    command.position = row.getColumn(11).getInt64();
    command.count = row.getColumn(12).getInt64();
    command.report_id = row.getColumn(13).getString();
    command.problem = row.getColumn(14).getString();
    command.argument = row.getColumn(15).getString();
    command.unit_id = row.getColumn(16).getInt64();
    return command;
}

/// Commits that need not survive a power cut do not wait for the disk: a command that is not known to be delivered is
/// handed out again, and a thousand PCs that are asked at once cost a thousand commits.
class WithoutSync {
public:
    explicit WithoutSync(SQLite::Database& database) : database_(database) {
        database_.exec("PRAGMA synchronous = NORMAL");
    }
    ~WithoutSync() { database_.tryExec("PRAGMA synchronous = FULL"); }
    WithoutSync(const WithoutSync&) = delete;
    WithoutSync& operator=(const WithoutSync&) = delete;

private:
    SQLite::Database& database_;
};

bool report_is_here(SQLite::Database& database, const std::string& device_id, const std::string& report_id) {
    return sql::query(database, "SELECT 1 FROM reports WHERE device_id = ?1 AND report_id = ?2", device_id, report_id)
        .executeStep();
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

void CentralStore::add_batch(const NewBatch& batch) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    for (const NewBatch::Command& command : batch.commands) {
        const int added = sql::run(
            connection_->database,
            "INSERT INTO commands(id, batch_id, device_id, kind, created_by, created_at, expires_at, state, "
            "changed_at, argument) SELECT ?1, ?2, device_id, ?4, ?5, ?6, ?7, 'queued', ?6, ?8 FROM devices WHERE "
            "device_id = ?3 AND revoked_at IS NULL",
            command.id, batch.id, command.device_id, batch.kind, batch.created_by, batch.created_at, batch.expires_at,
            batch.argument);
        if (added == 0) throw StoreError("There is no PC " + command.device_id + ", or it is revoked.");
    }
    write.commit();
}

std::vector<StoredCommand> CentralStore::hand_out_commands(const std::string& device_id,
                                                           const std::vector<std::string>& has, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    std::vector<StoredCommand> handed_out;
    {
        auto rows = sql::query(connection_->database,
                               WARDWATCH_COMMAND_COLUMNS
                               "WHERE c.device_id = ?1 AND c.state IN ('queued', 'delivered', 'running') AND "
                               "c.expires_at > ?2 ORDER BY c.created_at, c.id",
                               device_id, now);
        while (has.size() + handed_out.size() < most_at_once && rows.executeStep()) {
            StoredCommand command = read_command(rows);
            if (std::find(has.begin(), has.end(), command.id) == has.end()) handed_out.push_back(std::move(command));
        }
    }
    if (handed_out.empty()) return handed_out;
    const WithoutSync without_sync{connection_->database};
    sql::Write write{connection_->database};
    for (StoredCommand& command : handed_out) {
        sql::run(connection_->database, "UPDATE commands SET state = 'delivered', changed_at = ?2 WHERE id = ?1",
                 command.id, now);
        command.state = CommandState::delivered;
        command.changed_at = now;
    }
    write.commit();
    return handed_out;
}

CommandNewsOutcome CentralStore::add_news(const std::string& device_id, const std::string& command_id,
                                          const CommandNews& news, Instant now) {
    const std::lock_guard lock{connection_->mutex};
    std::optional<WithoutSync> without_sync;
    if (news.state == CommandState::running) without_sync.emplace(connection_->database);
    sql::Write write{connection_->database};
    auto row = sql::query(connection_->database,
                          "SELECT state, report_id, kind FROM commands WHERE id = ?1 AND device_id = ?2", command_id,
                          device_id);
    if (!row.executeStep()) return CommandNewsOutcome::unknown;
    const CommandState before = command_state_from(row.getColumn(0).getString());
    const std::string report_before = row.getColumn(1).getString();
    const bool scan = row.getColumn(2).getString() == "scan";
    row.reset();
    if (news.state == (scan ? CommandState::done : CommandState::scanned)) return CommandNewsOutcome::unfit;
    const bool report_here =
        news.state == CommandState::scanned && report_is_here(connection_->database, device_id, news.report_id);
    const std::optional<CommandState> after = state_after(before, news, report_here);
    if (!after || (!report_before.empty() && report_before != news.report_id)) return CommandNewsOutcome::finished;
    // News that changes nothing is no news, but for a run's: they show that the PC is still at it.
    if (*after == before && before != CommandState::running) return CommandNewsOutcome::taken;
    sql::run(connection_->database,
             "UPDATE commands SET state = ?2, changed_at = ?3, collector = ?4, position = ?5, count = ?6, "
             "report_id = ?7, problem = ?8 WHERE id = ?1",
             command_id, name_of(*after), now, news.collector, news.position, news.count, news.report_id, news.problem);
    write.commit();
    return CommandNewsOutcome::taken;
}

std::vector<StoredCommand> CentralStore::batch(const std::string& batch_id) const {
    const std::lock_guard lock{connection_->mutex};
    auto rows = sql::query(connection_->database,
                           WARDWATCH_COMMAND_COLUMNS "WHERE c.batch_id = ?1 ORDER BY d.host_name, c.id", batch_id);
    std::vector<StoredCommand> all;
    while (rows.executeStep()) all.push_back(read_command(rows));
    return all;
}

std::vector<StoredCommand> CentralStore::commands_of(const std::string& device_id, std::size_t limit) const {
    const std::lock_guard lock{reading_->mutex};
    auto rows = sql::query(reading_->database,
                           WARDWATCH_COMMAND_COLUMNS "WHERE c.device_id = ?1 ORDER BY c.created_at DESC, c.id LIMIT ?2",
                           device_id, static_cast<std::int64_t>(limit));
    std::vector<StoredCommand> all;
    while (rows.executeStep()) all.push_back(read_command(rows));
    return all;
}

std::vector<BatchSummary> CentralStore::newest_scans(const Scope& scope, Instant now, std::size_t limit) const {
    const std::lock_guard lock{reading_->mutex};
    // From batch to batch through the index: a batch may have ten thousand commands, and they are kept for 90 days.
    auto rows = sql::query(
        reading_->database,
        "WITH RECURSIVE batches(batch) AS (SELECT min(batch_id) FROM commands UNION ALL SELECT (SELECT min(batch_id) "
        "FROM commands WHERE batch_id > batch) FROM batches WHERE batch IS NOT NULL), newest AS (SELECT batch, (SELECT "
        "created_at FROM commands WHERE batch_id = batch LIMIT 1) AS at FROM batches WHERE (SELECT kind FROM commands "
        "WHERE batch_id = batch LIMIT 1) = 'scan' AND (?1 IS NULL OR EXISTS (SELECT 1 FROM commands JOIN devices USING "
        "(device_id) WHERE batch_id = batch AND unit_id IN (SELECT value FROM json_each(?1)))) ORDER BY at DESC, batch "
        "LIMIT ?2) "
        "SELECT c.batch_id, c.created_by, c.created_at, c.expires_at, c.state, min(?3 - c.changed_at, 120) AS age, "
        "count(*) FROM newest n JOIN commands c ON c.batch_id = n.batch WHERE (?1 IS NULL OR (SELECT unit_id FROM "
        "devices d WHERE d.device_id = c.device_id) IN (SELECT value FROM json_each(?1))) "
        "GROUP BY n.at, c.batch_id, c.state, age ORDER BY n.at DESC, c.batch_id",
        scope.sql_list(), static_cast<std::int64_t>(limit), now);
    std::vector<BatchSummary> all;
    while (rows.executeStep()) {
        StoredCommand command;
        command.batch_id = rows.getColumn(0).getString();
        command.kind = "scan";
        command.created_by = rows.getColumn(1).getString();
        command.created_at = sql::instant(rows.getColumn(2));
        command.expires_at = sql::instant(rows.getColumn(3));
        command.state = command_state_from(rows.getColumn(4).getString());
        command.changed_at = now - std::chrono::seconds{rows.getColumn(5).getInt64()};
        if (all.empty() || all.back().id != command.batch_id) all.push_back({command.batch_id, {}});
        all.back().parts.push_back({std::move(command), rows.getColumn(6).getInt64()});
    }
    return all;
}

int CentralStore::end_commands(Instant now, Instant forget_before) {
    const std::lock_guard lock{connection_->mutex};
    sql::Write write{connection_->database};
    const int ended = sql::run(connection_->database,
                               "UPDATE commands SET state = 'expired', changed_at = ?1, "
                               "problem = iif(state = 'scanned', 'the PC scanned, but its report did not arrive', '') "
                               "WHERE state IN " WARDWATCH_UNFINISHED " AND expires_at <= ?1",
                               now);
    const int forgotten = sql::run(connection_->database,
                                   "DELETE FROM commands WHERE state IN ('done', 'failed', 'expired') AND "
                                   "changed_at < ?1",
                                   forget_before);
    if (ended + forgotten > 0) write.commit();
    return ended;
}

std::vector<std::string> CentralStore::devices_with_queued_commands() const {
    const std::lock_guard lock{connection_->mutex};
    auto rows = sql::query(connection_->database, "SELECT DISTINCT device_id FROM commands WHERE state = 'queued'");
    std::vector<std::string> all;
    while (rows.executeStep()) all.push_back(rows.getColumn(0).getString());
    return all;
}

std::int64_t CentralStore::version_of_others() const {
    const std::lock_guard lock{connection_->mutex};
    return connection_->database.execAndGet("PRAGMA data_version").getInt64();
}

namespace sql {

void finish_commands_of_report(SQLite::Database& database, const std::string& device_id, const std::string& report_id,
                               Instant now) {
    run(database,
        "UPDATE commands SET state = 'done', changed_at = ?3, problem = '' WHERE device_id = ?1 AND "
        "state IN ('scanned', 'expired') AND report_id = ?2",
        device_id, report_id, now);
}

void end_commands_of_device(SQLite::Database& database, const std::string& device_id, Instant now) {
    run(database,
        "UPDATE commands SET state = 'failed', changed_at = ?2, problem = 'the PC was revoked' WHERE device_id = ?1 "
        "AND state IN " WARDWATCH_UNFINISHED,
        device_id, now);
}

}  // namespace sql

}  // namespace wardwatch
