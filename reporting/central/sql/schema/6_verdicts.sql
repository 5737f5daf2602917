-- A waiver lets a rule's failure stand for a PC or a unit until a day. It is shown as waived, never as passed.
CREATE TABLE waivers (
    id INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    instance TEXT,
    device_id TEXT REFERENCES devices(device_id),
    unit_id INTEGER REFERENCES units(id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    approved_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    ended_at INTEGER,
    ended_by TEXT NOT NULL DEFAULT '',
    CHECK (device_id IS NULL OR unit_id IS NULL)
) STRICT;
ALTER TABLE verdicts ADD COLUMN waiver_id INTEGER REFERENCES waivers(id);
CREATE INDEX verdicts_by_waiver ON verdicts(waiver_id) WHERE waiver_id IS NOT NULL;
-- Rules that fail, but are waived; `failed` and `grave` do not count them.
ALTER TABLE devices ADD COLUMN waived INTEGER NOT NULL DEFAULT 0;

-- Policies as they were published. The one that is built in has no row until another is published.
CREATE TABLE policies (
    number INTEGER PRIMARY KEY,
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    rejudged INTEGER NOT NULL CHECK (rejudged IN (0, 1))
) STRICT;

-- A verdict that became another. 'waived' is a failure with a waiver; from_status is empty when the subject is new,
-- to_status when it is gone.
CREATE TABLE verdict_changes (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    unit_id INTEGER NOT NULL REFERENCES units(id),
    rule TEXT NOT NULL,
    instance TEXT NOT NULL,
    from_status TEXT NOT NULL,
    to_status TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX verdict_changes_by_time ON verdict_changes(at);
CREATE INDEX verdict_changes_by_device ON verdict_changes(device_id, at);

-- How each unit stood at the end of each day in the office's time zone (today: so far), its own PCs alone.
CREATE TABLE unit_days (
    day TEXT NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units(id),
    devices INTEGER NOT NULL,
    pass INTEGER NOT NULL,
    fail INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    silent INTEGER NOT NULL,
    PRIMARY KEY (day, unit_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE clause_days (
    day TEXT NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units(id),
    clause TEXT NOT NULL,
    pass INTEGER NOT NULL,
    fail INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    waived INTEGER NOT NULL,
    PRIMARY KEY (day, unit_id, clause)
) STRICT, WITHOUT ROWID;
