CREATE TABLE loan_payment (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan_payment PRIMARY KEY,
    loan_id bigint NOT NULL,
    entry_id bigint NOT NULL,
    kind varchar NOT NULL,
    amount bigint NOT NULL,
    value_on date NOT NULL,
    on_date date NOT NULL,
    parts jsonb NOT NULL,
    before jsonb NOT NULL,
    loan_before jsonb NOT NULL,
    ahead varchar,
    reversed_entry_id bigint,
    CONSTRAINT ck_loan_payment_positive CHECK (amount > 0)
);

CREATE INDEX ix_loan_payment_loan_id ON loan_payment (loan_id, id);
CREATE INDEX ix_loan_payment_entry_id ON loan_payment (entry_id);
REVOKE DELETE ON loan_payment FROM susu_app;
