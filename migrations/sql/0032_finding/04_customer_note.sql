CREATE TABLE customer_note (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_customer_note PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_customer_note_key UNIQUE,
    customer_id bigint NOT NULL,
    author_id bigint NOT NULL,
    written_at timestamptz NOT NULL,
    sealed bytea NOT NULL
);

CREATE INDEX ix_customer_note_customer_id ON customer_note (customer_id, id);
