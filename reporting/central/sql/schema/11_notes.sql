-- What the office itself writes about a PC. Both hang on the PC alone, so that they go with it wherever it moves.
-- A card: owner, room and telephone, empty where nothing was written. `number` grows with each change; `search` holds
-- the three in lower case without diacritics.
CREATE TABLE device_cards (
    device_id TEXT PRIMARY KEY REFERENCES devices(device_id),
    owner TEXT NOT NULL,
    room TEXT NOT NULL,
    telephone TEXT NOT NULL,
    search TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE device_notes (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    text TEXT NOT NULL CHECK (text <> ''),
    written_by TEXT NOT NULL,
    written_at INTEGER NOT NULL
) STRICT;
CREATE INDEX device_notes_by_device ON device_notes(device_id, id);
