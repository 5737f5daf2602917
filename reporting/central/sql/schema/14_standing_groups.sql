-- How a PC stands on each clause, as it was judged: "1a=fail 1b=pass"; empty until it is judged with this step.
ALTER TABLE devices ADD COLUMN clauses TEXT NOT NULL DEFAULT '';

-- How many PCs of a unit stand alike, revoked ones left out: kept by triggers, so that no page counts PCs one by one.
-- Who is silent is a matter of time and is asked of devices_by_heard.
CREATE TABLE standing_groups (
    unit_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    waived INTEGER NOT NULL,
    clauses TEXT NOT NULL,
    devices INTEGER NOT NULL,
    PRIMARY KEY (unit_id, status, waived, clauses)
) STRICT, WITHOUT ROWID;
INSERT INTO standing_groups
    SELECT unit_id, coalesce(status, ''), CASE WHEN waived > 0 THEN 1 ELSE 0 END, clauses, count(*) FROM devices
    WHERE revoked_at IS NULL GROUP BY 1, 2, 3, 4;
CREATE INDEX devices_by_heard ON devices(coalesce(confirmed_at, enrolled_at), confirmed_at, unit_id)
    WHERE revoked_at IS NULL;

CREATE TRIGGER device_comes AFTER INSERT ON devices WHEN new.revoked_at IS NULL BEGIN
    INSERT INTO standing_groups VALUES (new.unit_id, coalesce(new.status, ''), new.waived > 0, new.clauses, 1)
        ON CONFLICT (unit_id, status, waived, clauses) DO UPDATE SET devices = devices + 1;
END;
CREATE TRIGGER device_leaves AFTER DELETE ON devices WHEN old.revoked_at IS NULL BEGIN
    UPDATE standing_groups SET devices = devices - 1 WHERE unit_id = old.unit_id
        AND status = coalesce(old.status, '') AND waived = (old.waived > 0) AND clauses = old.clauses;
    DELETE FROM standing_groups WHERE unit_id = old.unit_id AND devices = 0;
END;
CREATE TRIGGER device_stands AFTER UPDATE OF unit_id, status, waived, clauses, revoked_at ON devices
WHEN old.unit_id <> new.unit_id OR old.status IS NOT new.status OR (old.waived > 0) <> (new.waived > 0)
    OR old.clauses <> new.clauses OR (old.revoked_at IS NULL) <> (new.revoked_at IS NULL) BEGIN
    UPDATE standing_groups SET devices = devices - 1 WHERE old.revoked_at IS NULL AND unit_id = old.unit_id
        AND status = coalesce(old.status, '') AND waived = (old.waived > 0) AND clauses = old.clauses;
    DELETE FROM standing_groups WHERE unit_id = old.unit_id AND devices = 0;
    INSERT INTO standing_groups
        SELECT new.unit_id, coalesce(new.status, ''), new.waived > 0, new.clauses, 1 WHERE new.revoked_at IS NULL
        ON CONFLICT (unit_id, status, waived, clauses) DO UPDATE SET devices = devices + 1;
END;
