CREATE TABLE promise (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_promise PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_promise_key UNIQUE,
    loan_id bigint NOT NULL,
    amount bigint NOT NULL,
    paid_before bigint NOT NULL,
    made_on date NOT NULL,
    made_at timestamptz NOT NULL,
    due_on date NOT NULL,
    state varchar NOT NULL,
    ended_on date,
    CONSTRAINT ck_promise_positive CHECK (amount > 0),
    CONSTRAINT ck_promise_within_a_fortnight CHECK (due_on > made_on AND due_on <= made_on + 14),
    CONSTRAINT ck_promise_known_state CHECK (state IN ('running', 'kept', 'broken', 'withdrawn')),
    CONSTRAINT ck_promise_ended CHECK ((state = 'running') = (ended_on IS NULL))
);

CREATE INDEX ix_promise_loan_id ON promise (loan_id, id);
CREATE UNIQUE INDEX ix_promise_one_running ON promise (loan_id) WHERE state = 'running';
CREATE INDEX ix_promise_due_on ON promise (due_on, loan_id) WHERE state = 'running';
