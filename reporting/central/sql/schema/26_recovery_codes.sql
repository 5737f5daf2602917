-- Codes that let a user in once in place of the second factor. Of each its SHA-256 alone.
CREATE TABLE recovery_codes (
    user_name TEXT NOT NULL,
    code_sha256 TEXT NOT NULL,
    PRIMARY KEY (user_name, code_sha256)
) STRICT, WITHOUT ROWID;
