-- By which hardware a PC is known: hashes with the centre's key, empty where it said none. Place 0 is the PC's own,
-- place 1 another one that came under its id. `reports`: how many reports it had stored when it was heard last.
CREATE TABLE device_hardware (
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    place INTEGER NOT NULL CHECK (place IN (0, 1)),
    system TEXT NOT NULL,
    disk TEXT NOT NULL,
    machine TEXT NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    PRIMARY KEY (device_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_hardware_by_system ON device_hardware(system);
CREATE INDEX device_hardware_by_disk ON device_hardware(disk);

-- What a person must look at. `about`: another PC's id, or names of checks. What was settled stays, and counts on.
CREATE TABLE device_notices (
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    settled_at INTEGER,
    settled_by TEXT NOT NULL,
    PRIMARY KEY (device_id, kind)
) STRICT, WITHOUT ROWID;

-- The checks of which a PC's newest report tells something, separated by spaces.
CREATE TABLE device_checks (
    device_id TEXT PRIMARY KEY REFERENCES devices(device_id),
    checks TEXT NOT NULL
) STRICT, WITHOUT ROWID;
