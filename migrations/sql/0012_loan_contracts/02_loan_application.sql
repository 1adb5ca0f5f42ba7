CREATE TABLE loan_application (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_loan_application PRIMARY KEY,
    customer_id bigint NOT NULL,
    product varchar NOT NULL,
    product_version integer NOT NULL,
    asset varchar NOT NULL,
    principal bigint NOT NULL,
    count integer NOT NULL,
    unit varchar NOT NULL,
    refinances boolean NOT NULL,
    grade varchar NOT NULL,
    all_in_rate numeric NOT NULL,
    quoted jsonb NOT NULL,
    facts jsonb NOT NULL,
    credit_limit bigint NOT NULL,
    reasons jsonb NOT NULL,
    concerns jsonb NOT NULL,
    state varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    referred_at timestamptz,
    decided_at timestamptz,
    decided_by varchar,
    approved_principal bigint,
    expires_at timestamptz,
    loan_id bigint,
    CONSTRAINT ck_loan_application_positive CHECK (principal > 0),
    CONSTRAINT ck_loan_application_approved_within CHECK (approved_principal BETWEEN 1 AND principal),
    CONSTRAINT ck_loan_application_known_state CHECK (
        state IN ('approved', 'referred', 'declined', 'signed', 'replaced', 'expired', 'withdrawn')),
    CONSTRAINT ck_loan_application_offer_expires CHECK (state <> 'approved' OR expires_at IS NOT NULL),
    CONSTRAINT ck_loan_application_signed_is_a_loan CHECK ((state = 'signed') = (loan_id IS NOT NULL))
);

CREATE INDEX ix_loan_application_customer_id ON loan_application (customer_id, id);
CREATE INDEX ix_loan_application_queue ON loan_application (referred_at, id) WHERE state = 'referred';
CREATE UNIQUE INDEX ix_loan_application_one_waits ON loan_application (customer_id, product) WHERE state = 'referred';
CREATE INDEX ix_loan_application_expires_at ON loan_application (expires_at) WHERE state = 'approved';
REVOKE DELETE ON loan_application FROM susu_app;
