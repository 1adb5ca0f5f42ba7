CREATE TABLE bill (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bill PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_bill_token UNIQUE,
    organiser_id bigint NOT NULL,
    total bigint NOT NULL,
    own bigint NOT NULL,
    asset varchar NOT NULL,
    title_sealed bytea,
    place_id bigint,
    state varchar NOT NULL,
    made_at timestamptz NOT NULL,
    made_on date NOT NULL,
    ended_at timestamptz,
    CONSTRAINT ck_bill_positive CHECK (total > 0),
    CONSTRAINT ck_bill_own_bounded CHECK (own BETWEEN 0 AND total),
    CONSTRAINT ck_bill_known_state CHECK (state IN ('open', 'settled', 'closed')),
    CONSTRAINT ck_bill_ended CHECK ((state = 'open') = (ended_at IS NULL))
);

CREATE INDEX ix_bill_open ON bill (id) WHERE state = 'open';
CREATE INDEX ix_bill_organiser_id ON bill (organiser_id, made_at);

CREATE TABLE bill_part (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bill_part PRIMARY KEY,
    bill_id bigint NOT NULL,
    nr integer NOT NULL,
    payer_id bigint NOT NULL,
    payee_id bigint NOT NULL,
    amount bigint NOT NULL,
    paid bigint NOT NULL,
    state varchar NOT NULL,
    reason_sealed bytea,
    settled_at timestamptz,
    CONSTRAINT uq_bill_part_bill_id_nr UNIQUE (bill_id, nr),
    CONSTRAINT ck_bill_part_positive CHECK (amount > 0),
    CONSTRAINT ck_bill_part_paid_bounded CHECK (paid BETWEEN 0 AND amount),
    CONSTRAINT ck_bill_part_to_another CHECK (payer_id <> payee_id),
    CONSTRAINT ck_bill_part_known_state CHECK (state IN ('open', 'paid', 'outside', 'refused', 'stopped')),
    CONSTRAINT ck_bill_part_paid_whole CHECK ((state = 'paid') = (paid = amount))
);

CREATE INDEX ix_bill_part_payer_id ON bill_part (payer_id) WHERE state = 'open';
