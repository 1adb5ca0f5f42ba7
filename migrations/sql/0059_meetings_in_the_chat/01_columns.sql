ALTER TABLE circle_request ADD COLUMN words_sealed bytea;
ALTER TABLE circle_meeting ADD COLUMN cash bigint;
ALTER TABLE circle_meeting ADD COLUMN social bigint;
