-- How many PCs of a unit have which antivirus product, revoked ones left out: kept by triggers, so that no page counts
-- PCs one by one. `dated`: the end of its licence is known. Rows of antivirus_products are inserted and deleted, never
-- updated. A migration copies this table like others: it copies products before the PCs, of which triggers then know
-- nothing yet.
CREATE TABLE antivirus_counts (
    unit_id INTEGER NOT NULL,
    product TEXT NOT NULL,
    with_windows INTEGER NOT NULL,
    dated INTEGER NOT NULL,
    devices INTEGER NOT NULL,
    PRIMARY KEY (unit_id, product, with_windows, dated)
) STRICT, WITHOUT ROWID;
INSERT INTO antivirus_counts
    SELECT d.unit_id, p.product, p.with_windows, CASE WHEN p.licence_expires_at IS NULL THEN 0 ELSE 1 END, count(*)
    FROM antivirus_products p JOIN devices d ON d.device_id = p.device_id WHERE d.revoked_at IS NULL
    GROUP BY 1, 2, 3, 4;
CREATE INDEX antivirus_without_date ON antivirus_products(device_id, product)
    WHERE with_windows = 0 AND licence_expires_at IS NULL;

CREATE TRIGGER antivirus_comes AFTER INSERT ON antivirus_products BEGIN
    INSERT INTO antivirus_counts
        SELECT unit_id, new.product, new.with_windows, new.licence_expires_at IS NOT NULL, 1 FROM devices
        WHERE device_id = new.device_id AND revoked_at IS NULL
        ON CONFLICT (unit_id, product, with_windows, dated) DO UPDATE SET devices = devices + 1;
END;
CREATE TRIGGER antivirus_goes AFTER DELETE ON antivirus_products BEGIN
    UPDATE antivirus_counts SET devices = devices - 1
        WHERE unit_id = (SELECT unit_id FROM devices WHERE device_id = old.device_id AND revoked_at IS NULL)
        AND product = old.product AND with_windows = old.with_windows
        AND dated = (old.licence_expires_at IS NOT NULL);
    DELETE FROM antivirus_counts
        WHERE unit_id = (SELECT unit_id FROM devices WHERE device_id = old.device_id) AND devices = 0;
END;
CREATE TRIGGER antivirus_moves AFTER UPDATE OF unit_id, revoked_at ON devices
WHEN old.unit_id <> new.unit_id OR (old.revoked_at IS NULL) <> (new.revoked_at IS NULL) BEGIN
    UPDATE antivirus_counts SET devices = devices - 1 WHERE old.revoked_at IS NULL AND unit_id = old.unit_id
        AND (product, with_windows, dated) IN (SELECT product, with_windows, licence_expires_at IS NOT NULL
            FROM antivirus_products WHERE device_id = old.device_id);
    DELETE FROM antivirus_counts WHERE unit_id = old.unit_id AND devices = 0;
    INSERT INTO antivirus_counts
        SELECT new.unit_id, product, with_windows, licence_expires_at IS NOT NULL, 1 FROM antivirus_products
        WHERE device_id = new.device_id AND new.revoked_at IS NULL
        ON CONFLICT (unit_id, product, with_windows, dated) DO UPDATE SET devices = devices + 1;
END;
