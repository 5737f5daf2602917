-- An API token belongs to a person, or to a service account, which has a person for its owner. Whoever they are is
-- looked up whenever the token is used.
CREATE TABLE service_accounts (
    name TEXT PRIMARY KEY,
    -- Nobody where a token is older than this table: then its tokens are good until owner_needed_by.
    owner TEXT,
    owner_needed_by INTEGER,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT, WITHOUT ROWID;
ALTER TABLE api_tokens ADD COLUMN owner TEXT;
ALTER TABLE api_tokens ADD COLUMN service_account TEXT;

-- Tokens that are there already: a person's stay that person's, the command line's get an account and 30 days' notice.
UPDATE api_tokens SET owner = created_by WHERE created_by <> 'cli' AND created_by IN (SELECT name FROM users);
INSERT INTO service_accounts(name, owner_needed_by, created_by, created_at)
    SELECT name, unixepoch() + 2592000, 'upgrade', unixepoch() FROM api_tokens WHERE owner IS NULL GROUP BY name;
UPDATE api_tokens SET service_account = name WHERE owner IS NULL;
UPDATE api_tokens SET expires_at = unixepoch() + 2592000
    WHERE role = 'administrator' AND expires_at > unixepoch() + 2592000;

-- From where somebody signed in, for the list of their sessions. Empty for those that are older than this.
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
