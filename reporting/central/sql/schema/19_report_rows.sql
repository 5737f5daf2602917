-- What a PC's year takes on the disk. Each base had a page of its own where rows have no numbers: none fits into a leaf
-- of an index. PostgreSQL has no such tables, and what is done for SQLite harms nothing there.
CREATE TABLE numbered_bases (
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    number INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (device_id, number)
) STRICT;
INSERT INTO numbered_bases SELECT device_id, number, body FROM report_bases ORDER BY device_id, number;
DROP TABLE report_bases;
ALTER TABLE numbered_bases RENAME TO report_bases;
-- Whether the centre knows some facts is answered by reports_by_order: they are the newest ones' nearly always.
DROP INDEX reports_by_facts;
-- A report that comes again is held against the text that is there.
ALTER TABLE reports DROP COLUMN content_hash;
