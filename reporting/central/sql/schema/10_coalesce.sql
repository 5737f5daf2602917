-- The same index in words that PostgreSQL has as well: statements name the expression as it stands here.
DROP INDEX units_by_name;
CREATE UNIQUE INDEX units_by_name ON units (coalesce(parent_id, 0), name) WHERE ended_at IS NULL;
