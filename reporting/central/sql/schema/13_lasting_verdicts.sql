-- Until when a PC's verdicts hold: then time alone changes one of them, and the PC is judged again. 253402214400 (the
-- last day of the year 9999): no verdict changes with time. What was judged before this step is judged once more.
ALTER TABLE devices ADD COLUMN holds_until INTEGER NOT NULL DEFAULT 0;
CREATE INDEX devices_by_holds_until ON devices(holds_until);
CREATE INDEX devices_by_policy_hash ON devices(policy_hash);
