-- A group in which the bot is or was. A group that becomes a supergroup keeps its row under another chat id.
CREATE TABLE group_chat (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_group_chat PRIMARY KEY,
    chat_id bigint NOT NULL CONSTRAINT uq_group_chat_chat_id UNIQUE,
    title_sealed bytea,
    language varchar NOT NULL,
    bot_in boolean NOT NULL,
    may_pin boolean NOT NULL,
    met_at timestamptz NOT NULL,
    CONSTRAINT ck_group_chat_of_many CHECK (chat_id < 0),
    CONSTRAINT ck_group_chat_pins_inside CHECK (bot_in OR NOT may_pin)
);

CREATE TABLE group_chat_before (
    chat_id bigint CONSTRAINT pk_group_chat_before PRIMARY KEY,
    group_id bigint NOT NULL,
    moved_at timestamptz NOT NULL
);

CREATE INDEX ix_group_chat_before_group_id ON group_chat_before (group_id);

-- Who of Susu's people was seen in a group. Others of the group are nobody here.
CREATE TABLE group_member (
    group_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    is_in boolean NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT pk_group_member PRIMARY KEY (group_id, customer_id)
);

CREATE INDEX ix_group_member_customer_id ON group_member (customer_id);
