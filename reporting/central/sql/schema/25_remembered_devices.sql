-- Browsers from which somebody has signed in: whoever guesses from elsewhere does not keep them out.
CREATE TABLE remembered_devices (
    secret_sha256 TEXT PRIMARY KEY,
    user_name TEXT NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
