CREATE TABLE hardship_case (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_hardship_case PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_hardship_case_key UNIQUE,
    loan_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    reason varchar NOT NULL,
    note_sealed bytea,
    can_pay bigint NOT NULL,
    proposal jsonb NOT NULL,
    opened_on date NOT NULL,
    opened_at timestamptz NOT NULL,
    paused_until date NOT NULL,
    state varchar NOT NULL,
    officer_id bigint,
    approval_id bigint,
    closed_at timestamptz,
    CONSTRAINT ck_hardship_case_not_negative CHECK (can_pay >= 0),
    CONSTRAINT ck_hardship_case_known_reason
        CHECK (reason IN ('job', 'illness', 'business', 'late_pay', 'other')),
    CONSTRAINT ck_hardship_case_known_state CHECK (state IN ('open', 'proposed', 'closed')),
    CONSTRAINT ck_hardship_case_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);

CREATE INDEX ix_hardship_case_loan_id ON hardship_case (loan_id, id);
CREATE UNIQUE INDEX ix_hardship_case_one_open ON hardship_case (loan_id) WHERE state <> 'closed';
