-- What somebody said in a group that goes on in private: the link that leads there names it.
CREATE TABLE group_words (
    token varchar NOT NULL CONSTRAINT pk_group_words PRIMARY KEY,
    customer_id bigint NOT NULL,
    sealed bytea NOT NULL,
    said_at timestamptz NOT NULL
);

CREATE INDEX ix_group_words_customer_id ON group_words (customer_id);
CREATE INDEX ix_group_words_said_at ON group_words (said_at);
