-- Members of a circle who borrow together: one application, a line each, all paid at once or nobody.
CREATE TABLE group_loan (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_group_loan PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_group_loan_key UNIQUE,
    circle_id bigint NOT NULL,
    opened_by bigint NOT NULL,
    product varchar NOT NULL,
    state varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT ck_group_loan_known_state CHECK (state IN ('asking', 'signing', 'paid', 'lapsed')),
    CONSTRAINT ck_group_loan_settled CHECK ((settled_at IS NOT NULL) = (state IN ('paid', 'lapsed')))
);

CREATE UNIQUE INDEX ix_group_loan_one_open ON group_loan (circle_id) WHERE state IN ('asking', 'signing');
CREATE INDEX ix_group_loan_expires_at ON group_loan (expires_at) WHERE state IN ('asking', 'signing');

CREATE TABLE group_loan_line (
    group_loan_id bigint NOT NULL,
    nr integer NOT NULL,
    customer_id bigint NOT NULL,
    application_id bigint,
    whole bigint,
    automatic_debit boolean NOT NULL,
    from_change_plus boolean NOT NULL,
    signed_at timestamptz,
    CONSTRAINT pk_group_loan_line PRIMARY KEY (group_loan_id, nr),
    CONSTRAINT ck_group_loan_line_signed_for_a_sum CHECK (signed_at IS NULL OR whole IS NOT NULL),
    CONSTRAINT ck_group_loan_line_positive CHECK (whole > 0)
);

CREATE INDEX ix_group_loan_line_customer_id ON group_loan_line (customer_id);
CREATE INDEX ix_group_loan_line_application_id ON group_loan_line (application_id) WHERE application_id IS NOT NULL;
