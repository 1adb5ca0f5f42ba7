-- Who wrote a notice in person, and is told when it does not arrive.
ALTER TABLE outbox ADD COLUMN sender_id bigint;
CREATE INDEX ix_outbox_sender_id ON outbox (id) WHERE sender_id IS NOT NULL AND state = 'refused';
