-- What is old enough to be forgotten is found without reading what is kept.
CREATE INDEX ix_intent_expires_at ON intent (expires_at) WHERE state <> 'done';
CREATE INDEX ix_intent_settled_at ON intent (settled_at) WHERE state = 'done';
CREATE INDEX ix_outbox_finished_at_params ON outbox (finished_at) WHERE finished_at IS NOT NULL AND params <> '{}';
