CREATE TABLE account_freeze (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_account_freeze PRIMARY KEY,
    customer_id bigint NOT NULL,
    reason_sealed bytea NOT NULL,
    frozen_by bigint NOT NULL,
    frozen_at timestamptz NOT NULL,
    lifted_by bigint,
    lifted_at timestamptz,
    approval_id bigint,
    CONSTRAINT ck_account_freeze_lifted_by_somebody CHECK ((lifted_by IS NULL) = (lifted_at IS NULL)),
    CONSTRAINT ck_account_freeze_lifted_by_two CHECK (lifted_by IS NULL OR approval_id IS NOT NULL)
);

CREATE INDEX ix_account_freeze_customer_id ON account_freeze (customer_id, id);
CREATE UNIQUE INDEX ix_account_freeze_standing ON account_freeze (customer_id) WHERE lifted_at IS NULL;
