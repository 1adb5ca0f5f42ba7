CREATE TABLE restructure_offer (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_restructure_offer PRIMARY KEY,
    loan_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    params jsonb NOT NULL,
    state varchar NOT NULL,
    offered_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT ck_restructure_offer_known_state CHECK (state IN ('open', 'taken', 'declined', 'replaced')),
    CONSTRAINT ck_restructure_offer_settled CHECK ((state = 'open') = (settled_at IS NULL))
);

CREATE UNIQUE INDEX ix_restructure_offer_loan_id ON restructure_offer (loan_id) WHERE state = 'open';
