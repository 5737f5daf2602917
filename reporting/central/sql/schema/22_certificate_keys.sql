-- The key of each certificate: a PC makes a new one at a renewal, and the keys before it stay good, so that a PC that
-- lost the answer, or forgets everything at each restart, is not locked out. Until now there was one key for each PC.
ALTER TABLE certificates ADD COLUMN public_key_sha256 TEXT NOT NULL DEFAULT '';
UPDATE certificates SET public_key_sha256 =
    (SELECT d.public_key_sha256 FROM devices d WHERE d.device_id = certificates.device_id);
CREATE INDEX certificates_of_devices ON certificates(device_id, public_key_sha256);
