CREATE TABLE loan_handover (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan_handover PRIMARY KEY,
    loan_id bigint NOT NULL,
    collector varchar NOT NULL,
    from_on date NOT NULL,
    until_on date,
    CONSTRAINT ck_loan_handover_in_order CHECK (until_on >= from_on)
);

CREATE UNIQUE INDEX ix_loan_handover_loan_id ON loan_handover (loan_id) WHERE until_on IS NULL;
