-- A report's text is kept as what differs from an earlier one of the same PC (devices/body_store.h). `base` NULL: the
-- text stands by itself. A base is packed, too, by itself.
CREATE TABLE report_bases (
    device_id TEXT NOT NULL REFERENCES devices(device_id),
    number INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (device_id, number)
) STRICT, WITHOUT ROWID;
ALTER TABLE reports ADD COLUMN base INTEGER;
-- Up to this number they stand as they came, and are packed while the centre runs.
INSERT INTO settings SELECT 'older_bodies', CAST(id AS TEXT) FROM (SELECT max(id) AS id FROM reports) newest
    WHERE id IS NOT NULL;
-- The index named the whole hash, and was half as large as the table without its texts. Few reports of one PC begin alike.
DROP INDEX reports_by_facts;
CREATE INDEX reports_by_facts ON reports(device_id, substr(facts_hash, 1, 8));
