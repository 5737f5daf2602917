-- Why a verdict is unknown, as a code with its parameters beside the sentence: JSON of reporting/wire/reason_json.h;
-- empty where only the sentence is known.
ALTER TABLE verdicts ADD COLUMN reason_code TEXT NOT NULL DEFAULT '';
