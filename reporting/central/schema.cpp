// The schema, as the steps that lead to it. A step that has shipped is never changed; a change is a new step.
#include <array>

#include "reporting/central/store_sql.h"

namespace wardwatch::sql {

namespace {

constexpr const char* first_step = R"sql(
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE units (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES units(id),
    name TEXT NOT NULL CHECK (name <> ''),
    position INTEGER NOT NULL
) STRICT;
-- NULLs differ from each other in an index, so top-level units stand under 0.
CREATE UNIQUE INDEX units_by_name ON units(ifnull(parent_id, 0), name);

CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    unit_id INTEGER NOT NULL REFERENCES units(id),
    uses INTEGER NOT NULL CHECK (uses > 0),
    used INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND uses),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE devices (
    device_id TEXT PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES units(id),
    host_name TEXT NOT NULL,
    agent_version TEXT NOT NULL,
    public_key_sha256 TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    revoked_at INTEGER,
    outbox_depth INTEGER NOT NULL DEFAULT 0,
    newest_report INTEGER REFERENCES reports(id),
    confirmed_at INTEGER,
    judged_at INTEGER,
    policy_id TEXT NOT NULL DEFAULT '',
    policy_version TEXT NOT NULL DEFAULT '',
    policy_hash TEXT NOT NULL DEFAULT '',
    status TEXT,
    grave INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    unknown INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE token_uses (
    token_id INTEGER NOT NULL REFERENCES tokens(id),
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    used_at INTEGER NOT NULL,
    PRIMARY KEY (token_id, device_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE certificates (
    sha256 TEXT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    serial TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    not_after INTEGER NOT NULL
) STRICT;

CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    report_id TEXT NOT NULL,
    trigger TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    ordered_at INTEGER NOT NULL,
    facts_hash TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    status TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (device_id, report_id)
) STRICT;
CREATE INDEX reports_by_facts ON reports(device_id, facts_hash);
CREATE INDEX reports_by_order ON reports(device_id, ordered_at);

CREATE TABLE verdicts (
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    position INTEGER NOT NULL,
    rule TEXT NOT NULL,
    instance TEXT NOT NULL,
    status TEXT NOT NULL,
    severity TEXT NOT NULL,
    observed TEXT,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (device_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    name TEXT PRIMARY KEY CHECK (name <> ''),
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
)sql";

// A command carries all that is known of its batch: one scan of one PC is a batch, too.
constexpr const char* commands_step = R"sql(
CREATE TABLE commands (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL,
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    kind TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    collector TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    count INTEGER NOT NULL DEFAULT 0,
    report_id TEXT NOT NULL DEFAULT '',
    problem TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX commands_by_device ON commands(device_id, state);
CREATE INDEX commands_by_batch ON commands(batch_id);
CREATE INDEX commands_by_state ON commands(state, changed_at);
)sql";

// An update's package lies here in the pieces in which it is handed out: one file to back up, one transaction to add
// it.
constexpr const char* updates_step = R"sql(
ALTER TABLE commands ADD COLUMN argument TEXT NOT NULL DEFAULT '';

CREATE TABLE updates (
    version TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE update_pieces (
    version TEXT NOT NULL REFERENCES updates(version) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (version, position)
) STRICT;

CREATE TABLE update_offers (
    id TEXT PRIMARY KEY,
    version TEXT NOT NULL REFERENCES updates(version),
    unit_id INTEGER REFERENCES units(id),
    percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 100),
    offered_at INTEGER NOT NULL,
    withdrawn_at INTEGER
) STRICT, WITHOUT ROWID;
)sql";

// A merged unit keeps its row, so that what happened in it still has a name. `before` and `after` are paths as they
// were then.
constexpr const char* unit_history_step = R"sql(
ALTER TABLE units ADD COLUMN merged_into INTEGER REFERENCES units(id);
ALTER TABLE units ADD COLUMN ended_at INTEGER;
DROP INDEX units_by_name;
CREATE UNIQUE INDEX units_by_name ON units(ifnull(parent_id, 0), name) WHERE ended_at IS NULL;
CREATE INDEX units_by_position ON units(parent_id, position);

CREATE TABLE unit_changes (
    id INTEGER PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES units(id),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('added', 'renamed', 'moved', 'merged')),
    before TEXT NOT NULL,
    after TEXT NOT NULL
) STRICT;

CREATE TABLE device_moves (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    from_unit INTEGER NOT NULL REFERENCES units(id),
    to_unit INTEGER NOT NULL REFERENCES units(id),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX device_moves_by_device ON device_moves(device_id);
)sql";

constexpr std::array steps{first_step, commands_step, updates_step, unit_history_step};

}  // namespace

void migrate(SQLite::Database& database, const std::string& file) {
    const auto version_of = [&] { return database.execAndGet("PRAGMA user_version").getInt(); };
    const int wanted = static_cast<int>(steps.size());
    const auto refuse_newer = [&](int version) {
        if (version <= wanted) return;
        throw StoreError("The database " + file + " was written by a newer wardwatch-central (schema " +
                         std::to_string(version) + "; this program knows up to " + std::to_string(wanted) +
                         "). Install the newer program again, or restore the backup made before it was installed.");
    };
    refuse_newer(version_of());
    if (version_of() == wanted) return;
    // The version is read again under the write lock: another process may have been faster.
    Write write{database};
    const int version = version_of();
    refuse_newer(version);
    for (int step = version; step < wanted; ++step) database.exec(steps.at(static_cast<std::size_t>(step)));
    database.exec("PRAGMA user_version = " + std::to_string(wanted));
    write.commit();
}

}  // namespace wardwatch::sql
