CREATE TABLE send (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_send PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_send_token UNIQUE,
    sender_id bigint NOT NULL,
    payee_id bigint,
    amount bigint NOT NULL,
    asset varchar NOT NULL,
    note varchar NOT NULL,
    state varchar NOT NULL,
    sent_at timestamptz NOT NULL,
    sent_in integer NOT NULL,
    delivers_at timestamptz NOT NULL,
    told_at timestamptz,
    returns_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT ck_send_positive CHECK (amount > 0),
    CONSTRAINT ck_send_known_state CHECK (state IN ('waiting', 'accepted', 'returned', 'cancelled')),
    CONSTRAINT ck_send_to_another CHECK (payee_id <> sender_id),
    CONSTRAINT ck_send_in_order CHECK (sent_at <= delivers_at AND delivers_at < returns_at)
);

CREATE INDEX ix_send_delivers_at ON send (delivers_at) WHERE state = 'waiting' AND told_at IS NULL;
CREATE INDEX ix_send_returns_at ON send (returns_at) WHERE state = 'waiting';
CREATE INDEX ix_send_sender_id ON send (sender_id, id);
