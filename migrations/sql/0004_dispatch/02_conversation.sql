CREATE TABLE conversation (
    bot_id bigint NOT NULL,
    chat_id bigint NOT NULL,
    user_id bigint NOT NULL,
    thread_id bigint NOT NULL,
    state varchar,
    data bytea,
    changed_at timestamptz NOT NULL,
    CONSTRAINT pk_conversation PRIMARY KEY (bot_id, chat_id, user_id, thread_id)
);
