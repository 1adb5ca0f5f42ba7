-- By the instant alone nothing is looked up but what is old: the indexes for that are on an expression, so that no plan
-- can take them for the last sends of one chat, whatever the statistics say after a bulk load.
DROP INDEX ix_outbox_finished_at;
DROP INDEX ix_outbox_finished_at_params;
CREATE INDEX ix_outbox_old ON outbox ((finished_at AT TIME ZONE 'UTC')) WHERE finished_at IS NOT NULL;
CREATE INDEX ix_outbox_old_params ON outbox ((finished_at AT TIME ZONE 'UTC'))
WHERE finished_at IS NOT NULL AND params <> '{}';
