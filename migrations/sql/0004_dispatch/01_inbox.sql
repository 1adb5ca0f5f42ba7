CREATE TABLE inbox (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inbox PRIMARY KEY,
    bot_id bigint NOT NULL,
    update_id bigint NOT NULL,
    lane varchar NOT NULL,
    chat_id bigint NOT NULL,
    user_id bigint NOT NULL,
    received_at timestamptz NOT NULL,
    payload bytea,
    over_limit boolean NOT NULL,
    state varchar NOT NULL,
    attempts integer NOT NULL,
    finished_at timestamptz,
    reference varchar,
    error varchar,
    CONSTRAINT uq_inbox_bot_id_update_id UNIQUE (bot_id, update_id),
    CONSTRAINT ck_inbox_state CHECK (state IN ('pending', 'done', 'dead')),
    CONSTRAINT ck_inbox_payload_until_done CHECK ((payload IS NULL) = (state = 'done')),
    CONSTRAINT ck_inbox_finished CHECK ((finished_at IS NULL) = (state = 'pending')),
    CONSTRAINT ck_inbox_attempts CHECK (attempts >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX ix_inbox_bot_id_id ON inbox (bot_id, id) WHERE state = 'pending';
CREATE INDEX ix_inbox_lane_update_id ON inbox (lane, update_id) WHERE state = 'pending';
CREATE INDEX ix_inbox_id ON inbox (id) WHERE state = 'dead';
