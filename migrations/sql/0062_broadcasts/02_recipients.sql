-- Who gets a broadcast: a row each, in a partition for each broadcast, in an order that is drawn.
CREATE TABLE broadcast_recipient (
    run_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    position bigint NOT NULL,
    variant smallint NOT NULL,
    state varchar NOT NULL,
    reason varchar,
    wait_until timestamptz,
    sent_at timestamptz,
    recall varchar,
    CONSTRAINT pk_broadcast_recipient PRIMARY KEY (run_id, customer_id),
    CONSTRAINT ck_broadcast_recipient_known_state CHECK (
        state IN ('waiting', 'later', 'fed', 'sent', 'refused', 'unknown', 'skipped', 'held')
    ),
    CONSTRAINT ck_broadcast_recipient_known_recall CHECK (recall IN ('deleted', 'edited', 'refused', 'unknown')),
    CONSTRAINT ck_broadcast_recipient_later_has_an_instant CHECK ((state = 'later') = (wait_until IS NOT NULL))
) PARTITION BY LIST (run_id);

CREATE INDEX ix_broadcast_recipient_position ON broadcast_recipient (position);
CREATE INDEX ix_broadcast_recipient_wait_until ON broadcast_recipient (wait_until) WHERE state = 'later';
CREATE INDEX ix_broadcast_recipient_unsettled ON broadcast_recipient (customer_id) WHERE state IN ('fed', 'unknown');
