-- Whom the centre tells about changes of verdicts. The secret signs what is sent, so it is kept as it is.
CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    unit_id INTEGER REFERENCES units(id),
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_ok_at INTEGER,
    last_problem TEXT NOT NULL DEFAULT ''
) STRICT;

-- What is on its way to them. With dead_at it is no longer tried by itself.
CREATE TABLE webhook_deliveries (
    id INTEGER PRIMARY KEY,
    webhook_id INTEGER NOT NULL REFERENCES webhooks(id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    dead_at INTEGER,
    problem TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries(next_at) WHERE dead_at IS NULL;

-- How far each target was told: the id of the last row.
CREATE TABLE integration_cursors (target TEXT PRIMARY KEY, last_id INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- A report that goes after its time asks which PC has it as its newest.
CREATE INDEX devices_by_newest_report ON devices(newest_report);
