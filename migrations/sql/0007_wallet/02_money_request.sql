CREATE TABLE money_request (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_money_request PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_money_request_token UNIQUE,
    asker_id bigint NOT NULL,
    payer_id bigint NOT NULL,
    amount bigint NOT NULL,
    asset varchar NOT NULL,
    note varchar NOT NULL,
    state varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT ck_money_request_positive CHECK (amount > 0),
    CONSTRAINT ck_money_request_known_state CHECK (state IN ('open', 'paid', 'declined', 'withdrawn')),
    CONSTRAINT ck_money_request_from_another CHECK (payer_id <> asker_id)
);
