-- Accounts that are to be closed: asked for, thought better of, or done. What is done names nobody any more.
CREATE TABLE account_closing (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_account_closing PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_account_closing_key UNIQUE,
    customer_id bigint NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    due_on date NOT NULL,
    state varchar NOT NULL,
    settled_at timestamptz,
    listed_at timestamptz,
    CONSTRAINT ck_account_closing_known_state CHECK (state IN ('asked', 'kept', 'erased')),
    CONSTRAINT ck_account_closing_settled CHECK ((state = 'asked') = (settled_at IS NULL)),
    CONSTRAINT ck_account_closing_listed CHECK (listed_at IS NULL OR state = 'erased')
);

CREATE UNIQUE INDEX ix_account_closing_open ON account_closing (customer_id) WHERE state <> 'kept';
CREATE INDEX ix_account_closing_due_on ON account_closing (due_on, id) WHERE state = 'asked';
CREATE INDEX ix_account_closing_settled_at ON account_closing (settled_at) WHERE state = 'erased';
CREATE INDEX ix_account_closing_unlisted ON account_closing (id) WHERE state = 'erased' AND listed_at IS NULL;
REVOKE DELETE ON account_closing FROM susu_app;
