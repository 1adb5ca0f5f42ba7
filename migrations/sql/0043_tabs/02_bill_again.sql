-- The day on which the organiser of a bill is asked whether to split the same once more.
CREATE TABLE bill_again (
    bill_id bigint NOT NULL CONSTRAINT pk_bill_again PRIMARY KEY,
    again_on date NOT NULL,
    asked_at timestamptz
);

CREATE INDEX ix_bill_again_due ON bill_again (again_on) WHERE asked_at IS NULL;
