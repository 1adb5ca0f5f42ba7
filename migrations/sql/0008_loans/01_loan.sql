CREATE TABLE loan (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_loan_key UNIQUE,
    customer_id bigint NOT NULL,
    product varchar NOT NULL,
    product_version integer NOT NULL,
    product_number bigint NOT NULL,
    grade varchar NOT NULL,
    asset varchar NOT NULL,
    principal bigint NOT NULL,
    annual_rate numeric NOT NULL,
    penalty_rate numeric NOT NULL,
    grace_days integer NOT NULL,
    all_in_rate numeric NOT NULL,
    count integer NOT NULL,
    automatic_debit boolean NOT NULL,
    debit_from_change_plus boolean NOT NULL,
    signed_at timestamptz NOT NULL,
    disbursed_on date NOT NULL,
    cooling_off_until date NOT NULL,
    state varchar NOT NULL,
    ended_on date,
    CONSTRAINT ck_loan_positive CHECK (principal > 0),
    CONSTRAINT ck_loan_known_state CHECK (state IN ('active', 'settled', 'void'))
);

CREATE INDEX ix_loan_customer_id ON loan (customer_id, id);
CREATE INDEX ix_loan_active ON loan (id) WHERE state = 'active';
