-- Instead of SQLite's triggers.
CREATE FUNCTION count_device_in_its_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND old.revoked_at IS NULL THEN
        UPDATE standing_groups SET devices = devices - 1 WHERE unit_id = old.unit_id
            AND status = coalesce(old.status, '') AND waived = (old.waived > 0)::int AND clauses = old.clauses;
        DELETE FROM standing_groups WHERE unit_id = old.unit_id AND devices = 0;
    END IF;
    IF TG_OP <> 'DELETE' AND new.revoked_at IS NULL THEN
        INSERT INTO standing_groups VALUES
            (new.unit_id, coalesce(new.status, ''), (new.waived > 0)::int, new.clauses, 1)
            ON CONFLICT (unit_id, status, waived, clauses) DO UPDATE SET devices = standing_groups.devices + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER device_comes AFTER INSERT ON devices FOR EACH ROW EXECUTE FUNCTION count_device_in_its_group();
CREATE TRIGGER device_leaves AFTER DELETE ON devices FOR EACH ROW EXECUTE FUNCTION count_device_in_its_group();
CREATE TRIGGER device_stands AFTER UPDATE OF unit_id, status, waived, clauses, revoked_at ON devices
    FOR EACH ROW WHEN (old.unit_id <> new.unit_id OR old.status IS DISTINCT FROM new.status
        OR (old.waived > 0) <> (new.waived > 0) OR old.clauses <> new.clauses
        OR (old.revoked_at IS NULL) <> (new.revoked_at IS NULL)) EXECUTE FUNCTION count_device_in_its_group();
