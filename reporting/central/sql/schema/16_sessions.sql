-- Who is signed in, at whichever process of the centre. Of a session's id only its SHA-256 is here.
CREATE TABLE sessions (
    id_sha256 TEXT PRIMARY KEY,
    user_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Failed attempts to sign in, of an address and of a user from an address, until their window ends.
CREATE TABLE sign_in_failures (
    who TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
