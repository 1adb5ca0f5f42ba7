CREATE TABLE case_message (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_case_message PRIMARY KEY,
    case_id bigint NOT NULL,
    key varchar NOT NULL CONSTRAINT uq_case_message_key UNIQUE,
    author_id bigint NOT NULL,
    is_answer boolean NOT NULL,
    written_at timestamptz NOT NULL,
    sealed bytea NOT NULL
);

CREATE INDEX ix_case_message_case_id ON case_message (case_id, id);
