-- Whoever writes much waits behind themselves: an update lets 10,000 newer ones of others pass for each that waited before
-- it in its lane when it came. So one who writes for the first time waits behind people, and not behind all they wrote;
-- and nobody waits for ever.
ALTER TABLE inbox ADD COLUMN behind integer NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD CONSTRAINT ck_inbox_behind CHECK (behind >= 0);
DROP INDEX ix_inbox_bot_id_id;
CREATE INDEX ix_inbox_bot_id_turn ON inbox (bot_id, (id + behind * 10000)) WHERE state = 'pending' OR owed IS NOT NULL;
