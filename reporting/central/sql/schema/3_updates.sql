-- An update's package lies here in the pieces in which it is handed out: one file to back up, one transaction to add
-- it.
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
