-- Whose money a loan is: NULL is the institution's, else the savings circle's whose members' money it is.
ALTER TABLE loan
    ADD COLUMN funding_circle bigint,
    ADD CONSTRAINT ck_loan_circle_earns_interest_alone CHECK (
        funding_circle IS NULL OR (late_fee = 0 AND penalty_rate = 0 AND fee_deferred = 0 AND undrawn = 0
            AND provision = 0 AND non_accrual_since IS NULL));

CREATE INDEX ix_loan_funding_circle ON loan (funding_circle) WHERE funding_circle IS NOT NULL;

-- A circle whose loans are neither lent nor repaid for now, as what it has is being shared out.
CREATE TABLE circle_loan_hold (
    circle_id bigint NOT NULL CONSTRAINT pk_circle_loan_hold PRIMARY KEY,
    since timestamptz NOT NULL
);
