-- When a report that is not the newest any more was last confirmed by a heartbeat; NULL: not known, or never. Of the
-- newest report, devices.confirmed_at says so. A PC whose facts stayed the same for weeks was not silent.
ALTER TABLE reports ADD COLUMN confirmed_at INTEGER;
