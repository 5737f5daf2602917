-- A merged unit keeps its row, so that what happened in it still has a name. `before` and `after` are paths as they
-- were then.
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
