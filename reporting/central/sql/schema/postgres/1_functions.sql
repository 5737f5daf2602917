-- The functions that sql/database.h names and PostgreSQL has not. A list is JSON in one text.
CREATE FUNCTION texts_of(list TEXT) RETURNS SETOF TEXT LANGUAGE sql IMMUTABLE AS
    $$ SELECT json_array_elements_text(list::json) $$;
CREATE FUNCTION numbers_of(list TEXT) RETURNS SETOF BIGINT LANGUAGE sql IMMUTABLE AS
    $$ SELECT json_array_elements_text(list::json)::bigint $$;

-- Vietnam's time, which knows no summer time. Dates are of the years 0 to 9999.
CREATE FUNCTION office_day(at BIGINT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF abs(at::numeric) > 2932896::numeric * 86400 THEN RAISE 'no day lies so far away: %', at; END IF;
    RETURN to_char(to_timestamp(at + 25200) AT TIME ZONE 'UTC', 'YYYY-MM-DD');
END $$;
CREATE FUNCTION days_before(day TEXT, days BIGINT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF abs(days::numeric) > 2932896 THEN RAISE 'no day lies so far away: %', days; END IF;
    IF day !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN RAISE 'not an instant: %', day; END IF;
    BEGIN
        RETURN to_char(day::date - days::integer, 'YYYY-MM-DD');
    EXCEPTION WHEN data_exception THEN
        RAISE 'not an instant: %', day;
    END;
END $$;

-- The tables name each other; SQLite lets the first name one that is not there yet.
ALTER TABLE devices ADD FOREIGN KEY (newest_report) REFERENCES reports(id);
