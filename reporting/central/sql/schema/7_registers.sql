-- What no PC can know: the accounts of the office's web systems, and its antivirus licences. Days are in the office's
-- time zone. A day is NULL when nobody knows it, and '' when it never happened.
CREATE TABLE web_systems (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    host TEXT NOT NULL,
    owner_unit_id INTEGER REFERENCES units(id),
    -- NULL: as the policy has it.
    max_password_age_days INTEGER CHECK (max_password_age_days > 0),
    unused_after_days INTEGER CHECK (unused_after_days > 0),
    created_at INTEGER NOT NULL,
    imported_at INTEGER,
    imported_by TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE web_accounts (
    id INTEGER PRIMARY KEY,
    system_id INTEGER NOT NULL REFERENCES web_systems(id) ON DELETE CASCADE,
    account TEXT NOT NULL COLLATE NOCASE CHECK (account <> ''),
    owner TEXT NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units(id),
    password_changed_on TEXT,
    last_login_on TEXT,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    -- Account and owner in lower case without diacritics.
    search TEXT NOT NULL,
    first_seen_at INTEGER NOT NULL,
    gone_at INTEGER,
    revocation TEXT NOT NULL DEFAULT 'none'
        CHECK (revocation IN ('none', 'requested', 'handed_back', 'revoked', 'kept')),
    revocation_by TEXT NOT NULL DEFAULT '',
    revocation_at INTEGER,
    revocation_note TEXT NOT NULL DEFAULT '',
    UNIQUE (system_id, account)
) STRICT;
CREATE INDEX web_accounts_by_unit ON web_accounts(unit_id);

CREATE TABLE licences (
    id INTEGER PRIMARY KEY,
    product TEXT NOT NULL CHECK (product <> ''),
    key_reference TEXT NOT NULL,
    seats INTEGER NOT NULL CHECK (seats > 0),
    expires_on TEXT NOT NULL,
    -- With the units below it; NULL: the whole office.
    unit_id INTEGER REFERENCES units(id),
    note TEXT NOT NULL,
    UNIQUE (product, key_reference)
) STRICT;

-- The antivirus products of each PC's newest report, read out of it once: `report` says of which one.
CREATE TABLE antivirus_reports (
    device_id TEXT PRIMARY KEY REFERENCES devices(device_id),
    report INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE antivirus_products (
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    product TEXT NOT NULL,
    state TEXT NOT NULL,
    with_windows INTEGER NOT NULL CHECK (with_windows IN (0, 1)),
    -- NULL: the product stores none on the PC; the reason says so.
    licence_expires_at INTEGER,
    licence_reason TEXT NOT NULL,
    PRIMARY KEY (device_id, product)
) STRICT, WITHOUT ROWID;

-- Reports that are sent by e-mail each month.
CREATE TABLE report_schedules (
    id INTEGER PRIMARY KEY,
    unit_id INTEGER REFERENCES units(id),
    recipients TEXT NOT NULL CHECK (recipients <> ''),
    day_of_month INTEGER NOT NULL CHECK (day_of_month BETWEEN 1 AND 28),
    attachments TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('vi', 'en')),
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- The month ("2026-11") for which it was sent last, and why the last attempt failed.
    sent_for TEXT NOT NULL DEFAULT '',
    sent_at INTEGER,
    tried_at INTEGER,
    problem TEXT NOT NULL DEFAULT ''
) STRICT;
