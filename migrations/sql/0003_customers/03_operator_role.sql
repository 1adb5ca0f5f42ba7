CREATE TABLE operator_role (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_operator_role PRIMARY KEY,
    customer_id bigint NOT NULL,
    role varchar NOT NULL,
    granted_by varchar NOT NULL,
    granted_at timestamptz NOT NULL,
    revoked_by varchar,
    revoked_at timestamptz,
    CONSTRAINT ck_operator_role_known_role CHECK (
        role IN ('support', 'credit_officer', 'treasurer', 'marketing', 'auditor', 'administrator')
    ),
    CONSTRAINT ck_operator_role_revoked_by_somebody CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
);

CREATE UNIQUE INDEX ix_operator_role_customer_id_role ON operator_role (customer_id, role) WHERE revoked_at IS NULL;
