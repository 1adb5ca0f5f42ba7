CREATE TABLE guarantee (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_guarantee PRIMARY KEY,
    application_id bigint NOT NULL,
    loan_id bigint,
    customer_id bigint NOT NULL,
    share_nr integer NOT NULL,
    share_of integer NOT NULL,
    at_most bigint NOT NULL,
    state varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    answered_at timestamptz,
    called bigint NOT NULL,
    called_through date,
    paid bigint NOT NULL,
    paid_back bigint NOT NULL,
    CONSTRAINT ck_guarantee_share_within CHECK (share_nr BETWEEN 1 AND share_of),
    CONSTRAINT ck_guarantee_called_within CHECK (called BETWEEN 0 AND at_most),
    CONSTRAINT ck_guarantee_paid_within CHECK (paid BETWEEN 0 AND called),
    CONSTRAINT ck_guarantee_paid_back_within CHECK (paid_back BETWEEN 0 AND paid),
    CONSTRAINT ck_guarantee_known_state
        CHECK (state IN ('asked', 'accepted', 'refused', 'void', 'bound')),
    CONSTRAINT ck_guarantee_bound_to_a_loan CHECK ((state = 'bound') = (loan_id IS NOT NULL))
);

CREATE INDEX ix_guarantee_application_id ON guarantee (application_id);
CREATE INDEX ix_guarantee_customer_id ON guarantee (customer_id, id);
CREATE INDEX ix_guarantee_loan_id ON guarantee (loan_id) WHERE loan_id IS NOT NULL;
REVOKE DELETE ON guarantee FROM susu_app;
