-- For lists of PCs that are searched, sorted and cut into pages by indexes.
-- When the newest report was taken; long before all others where there is none.
ALTER TABLE devices ADD COLUMN newest_taken_at INTEGER NOT NULL DEFAULT -9223372036854775807;
-- What a PC is searched by, folded (formats/text_fold.h): its name, and below it its accounts, a line for each. Until a
-- PC is judged again, which is done at once, of one that is not ASCII the name is not folded.
ALTER TABLE devices ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE devices SET
    newest_taken_at = coalesce((SELECT taken_at FROM reports WHERE id = devices.newest_report), newest_taken_at),
    search = lower(host_name) || '
', holds_until = 0;

-- A search walks this one alone. PostgreSQL's has the names only: its entries cannot be as long as a search text.
CREATE INDEX devices_by_name ON devices(host_name, device_id, unit_id, revoked_at, search);
CREATE INDEX devices_by_unit ON devices(unit_id, host_name, device_id);
CREATE INDEX devices_by_status ON devices(status, host_name, device_id);
CREATE INDEX devices_by_failed ON devices(failed, grave, host_name, device_id);
CREATE INDEX devices_by_report ON devices(newest_taken_at);
CREATE INDEX devices_by_contact ON devices(last_seen_at);
CREATE INDEX devices_by_version ON devices(agent_version, host_name, device_id, revoked_at);
CREATE INDEX devices_by_grave ON devices(host_name, device_id) WHERE grave > 0;
CREATE INDEX devices_by_revocation ON devices(unit_id) WHERE revoked_at IS NOT NULL;
CREATE INDEX verdicts_by_failed_rule ON verdicts(rule, device_id, waiver_id) WHERE status = 'fail';
