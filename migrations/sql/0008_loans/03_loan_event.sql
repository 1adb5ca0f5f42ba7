CREATE TABLE loan_event (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan_event PRIMARY KEY,
    loan_id bigint NOT NULL,
    kind varchar NOT NULL,
    on_date date NOT NULL,
    at timestamptz NOT NULL,
    details jsonb NOT NULL
);

CREATE INDEX ix_loan_event_loan_id ON loan_event (loan_id, id);
REVOKE UPDATE, DELETE ON loan_event FROM susu_app;
