CREATE TABLE anchor (
    chat_id bigint NOT NULL,
    name varchar NOT NULL,
    message_id bigint NOT NULL,
    CONSTRAINT pk_anchor PRIMARY KEY (chat_id, name)
);
