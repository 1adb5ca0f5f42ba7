-- A while in which an account lets less out, as its PIN was reset or its phone or Telegram account changed.
CREATE TABLE account_hold (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_account_hold PRIMARY KEY,
    customer_id bigint NOT NULL,
    why varchar NOT NULL,
    since timestamptz NOT NULL,
    outflow_until timestamptz NOT NULL,
    changes_until timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT ck_account_hold_known_why CHECK (why IN ('pin_reset', 'phone', 'telegram'))
);

CREATE INDEX ix_account_hold_customer_id ON account_hold (customer_id, id);
