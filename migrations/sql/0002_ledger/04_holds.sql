CREATE TABLE hold (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_hold PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT fk_hold_account_id REFERENCES account (id),
    amount bigint NOT NULL,
    key varchar NOT NULL CONSTRAINT uq_hold_key UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    state varchar NOT NULL,
    ended_at timestamptz,
    entry_id bigint,
    CONSTRAINT ck_hold_amount_positive CHECK (amount > 0),
    CONSTRAINT ck_hold_known_state CHECK (state IN ('held', 'captured', 'released', 'expired')),
    CONSTRAINT ck_hold_captured_by CHECK ((state = 'captured') = (entry_id IS NOT NULL)),
    CONSTRAINT ck_hold_ended CHECK ((state = 'held') = (ended_at IS NULL))
);

CREATE INDEX ix_hold_account_id ON hold (account_id) WHERE state = 'held';
