ALTER TABLE inbox ADD COLUMN owed bytea;
ALTER TABLE inbox ADD CONSTRAINT ck_inbox_owed_once_finished CHECK (owed IS NULL OR state <> 'pending');

DROP INDEX ix_inbox_bot_id_id;
DROP INDEX ix_inbox_lane_update_id;
CREATE INDEX ix_inbox_bot_id_id ON inbox (bot_id, id) WHERE state = 'pending' OR owed IS NOT NULL;
CREATE INDEX ix_inbox_lane_update_id ON inbox (lane, update_id) WHERE state = 'pending' OR owed IS NOT NULL;
CREATE INDEX ix_inbox_finished_at ON inbox (finished_at) WHERE state <> 'pending';
