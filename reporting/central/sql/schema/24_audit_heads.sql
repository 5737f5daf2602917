-- Signed heads of the audit log's chain, on their way out of this machine. `line` is what leaves: JSON, signed with a
-- key that is not in the database. What stands here proves nothing: what left does.
CREATE TABLE audit_heads (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    line TEXT NOT NULL
) STRICT;
