CREATE TABLE intent (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_intent PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_intent_token UNIQUE,
    version integer NOT NULL,
    customer_id bigint NOT NULL,
    chat_id bigint NOT NULL,
    action varchar NOT NULL,
    params jsonb NOT NULL,
    state varchar NOT NULL,
    result jsonb,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT ck_intent_known_state
        CHECK (state IN ('open', 'confirmed', 'done', 'cancelled', 'replaced'))
);

CREATE INDEX ix_intent_customer_id ON intent (customer_id, id);
