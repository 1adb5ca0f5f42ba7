CREATE TABLE block (
    blocker_id bigint NOT NULL,
    blocked_id bigint NOT NULL,
    blocked_at timestamptz NOT NULL,
    CONSTRAINT pk_block PRIMARY KEY (blocker_id, blocked_id),
    CONSTRAINT ck_block_another CHECK (blocker_id <> blocked_id)
);
