-- A command carries all that is known of its batch: one scan of one PC is a batch, too.
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
