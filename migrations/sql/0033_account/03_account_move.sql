-- What an account was reached by before its phone or its Telegram account changed: it can be put back.
CREATE TABLE account_move (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_account_move PRIMARY KEY,
    customer_id bigint NOT NULL,
    kind varchar NOT NULL,
    old_phone_sealed bytea,
    old_telegram_id bigint,
    other_id bigint,
    state varchar NOT NULL,
    made_at timestamptz NOT NULL,
    stopped_at timestamptz,
    CONSTRAINT ck_account_move_known_kind CHECK (kind IN ('phone', 'telegram')),
    CONSTRAINT ck_account_move_known_state CHECK (state IN ('done', 'stopped')),
    CONSTRAINT ck_account_move_what_was
        CHECK ((kind = 'phone' AND old_phone_sealed IS NOT NULL)
            OR (kind = 'telegram' AND old_telegram_id IS NOT NULL AND other_id IS NOT NULL))
);

CREATE INDEX ix_account_move_customer_id ON account_move (customer_id, id);
