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
