CREATE TABLE instalment (
    loan_id bigint NOT NULL,
    nr integer NOT NULL,
    starts_on date NOT NULL,
    due_on date NOT NULL,
    principal bigint NOT NULL,
    interest bigint NOT NULL,
    earned_before bigint NOT NULL DEFAULT 0,
    accrued_interest bigint NOT NULL DEFAULT 0,
    late_interest bigint NOT NULL DEFAULT 0,
    late_interest_exact numeric NOT NULL DEFAULT 0,
    penalty bigint NOT NULL DEFAULT 0,
    penalty_exact numeric NOT NULL DEFAULT 0,
    paid_principal bigint NOT NULL DEFAULT 0,
    paid_interest bigint NOT NULL DEFAULT 0,
    paid_penalty bigint NOT NULL DEFAULT 0,
    late_until date,
    settled_on date,
    CONSTRAINT pk_instalment PRIMARY KEY (loan_id, nr),
    CONSTRAINT ck_instalment_not_negative
        CHECK (principal >= 0 AND interest >= 0 AND late_interest >= 0 AND penalty >= 0),
    CONSTRAINT ck_instalment_principal_within CHECK (paid_principal BETWEEN 0 AND principal),
    CONSTRAINT ck_instalment_interest_within CHECK (paid_interest BETWEEN 0 AND interest + late_interest),
    CONSTRAINT ck_instalment_penalty_within CHECK (paid_penalty BETWEEN 0 AND penalty),
    CONSTRAINT ck_instalment_accrued_within CHECK (accrued_interest BETWEEN 0 AND interest),
    CONSTRAINT ck_instalment_takes_time CHECK (starts_on < due_on)
);

CREATE INDEX ix_instalment_due_on ON instalment (due_on, loan_id) WHERE settled_on IS NULL;
