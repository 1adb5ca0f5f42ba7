ALTER TABLE inbox ADD COLUMN alike bigint;
CREATE INDEX ix_inbox_bot_id_alike ON inbox (bot_id, alike, id) WHERE state = 'pending' AND alike IS NOT NULL;
