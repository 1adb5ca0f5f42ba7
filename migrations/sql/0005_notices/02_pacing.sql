CREATE TABLE pacing (
    chat_id bigint NOT NULL CONSTRAINT pk_pacing PRIMARY KEY,
    paused_until timestamptz NOT NULL
);
