-- Instead of SQLite's triggers.
CREATE FUNCTION count_antivirus_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO antivirus_counts AS c
            SELECT unit_id, new.product, new.with_windows, (new.licence_expires_at IS NOT NULL)::int, 1 FROM devices
            WHERE device_id = new.device_id AND revoked_at IS NULL
            ON CONFLICT (unit_id, product, with_windows, dated) DO UPDATE SET devices = c.devices + 1;
        RETURN NULL;
    END IF;
    UPDATE antivirus_counts SET devices = devices - 1
        WHERE unit_id = (SELECT unit_id FROM devices WHERE device_id = old.device_id AND revoked_at IS NULL)
        AND product = old.product AND with_windows = old.with_windows
        AND dated = (old.licence_expires_at IS NOT NULL)::int;
    DELETE FROM antivirus_counts
        WHERE unit_id = (SELECT unit_id FROM devices WHERE device_id = old.device_id) AND devices = 0;
    RETURN NULL;
END $$;
CREATE FUNCTION move_antivirus_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE antivirus_counts SET devices = devices - 1 WHERE old.revoked_at IS NULL AND unit_id = old.unit_id
        AND (product, with_windows, dated) IN (SELECT product, with_windows, (licence_expires_at IS NOT NULL)::int
            FROM antivirus_products WHERE device_id = old.device_id);
    DELETE FROM antivirus_counts WHERE unit_id = old.unit_id AND devices = 0;
    INSERT INTO antivirus_counts AS c
        SELECT new.unit_id, product, with_windows, (licence_expires_at IS NOT NULL)::int, 1 FROM antivirus_products
        WHERE device_id = new.device_id AND new.revoked_at IS NULL
        ON CONFLICT (unit_id, product, with_windows, dated) DO UPDATE SET devices = c.devices + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER antivirus_comes AFTER INSERT ON antivirus_products
    FOR EACH ROW EXECUTE FUNCTION count_antivirus_product();
CREATE TRIGGER antivirus_goes AFTER DELETE ON antivirus_products
    FOR EACH ROW EXECUTE FUNCTION count_antivirus_product();
CREATE TRIGGER antivirus_moves AFTER UPDATE OF unit_id, revoked_at ON devices
    FOR EACH ROW WHEN (old.unit_id <> new.unit_id OR (old.revoked_at IS NULL) <> (new.revoked_at IS NULL))
    EXECUTE FUNCTION move_antivirus_counts();
