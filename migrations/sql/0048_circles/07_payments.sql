-- What was paid into circles and out of them, and the owners of the accounts in which money waits outside the pots.
CREATE TABLE circle_payment (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_payment PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_circle_payment_key UNIQUE,
    circle_id bigint NOT NULL,
    round integer NOT NULL,
    place integer NOT NULL,
    payer_id bigint,
    contribution bigint NOT NULL,
    fine bigint NOT NULL,
    source varchar NOT NULL,
    entry_id bigint NOT NULL,
    on_date date NOT NULL,
    paid_at timestamptz NOT NULL,
    CONSTRAINT ck_circle_payment_positive CHECK (contribution >= 0 AND fine >= 0 AND contribution + fine > 0),
    CONSTRAINT ck_circle_payment_known_source CHECK (source IN ('wallet', 'change_plus', 'ahead', 'deposit', 'retention', 'payout', 'guarantor', 'institution')),
    CONSTRAINT ck_circle_payment_payer CHECK ((source = 'institution') = (payer_id IS NULL))
);

CREATE INDEX ix_circle_payment_circle_id ON circle_payment (circle_id, round, place);
CREATE INDEX ix_circle_payment_payer_id ON circle_payment (payer_id, id);

CREATE TABLE circle_payout (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_payout PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_circle_payout_key UNIQUE,
    circle_id bigint NOT NULL,
    round integer,
    place integer,
    customer_id bigint,
    amount bigint NOT NULL,
    kind varchar NOT NULL,
    entry_id bigint NOT NULL,
    on_date date NOT NULL,
    paid_at timestamptz NOT NULL,
    CONSTRAINT ck_circle_payout_positive CHECK (amount > 0),
    CONSTRAINT ck_circle_payout_known_kind CHECK (kind IN ('prize', 'late', 'commission', 'refund', 'deposit', 'ahead', 'retention', 'fines', 'unclaimed'))
);

CREATE INDEX ix_circle_payout_circle_id ON circle_payout (circle_id, round);
CREATE INDEX ix_circle_payout_customer_id ON circle_payout (customer_id, id);

CREATE TABLE circle_pocket (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_pocket PRIMARY KEY,
    circle_id bigint NOT NULL,
    place integer NOT NULL,
    kind varchar NOT NULL,
    CONSTRAINT uq_circle_pocket_circle_id_place_kind UNIQUE (circle_id, place, kind),
    CONSTRAINT ck_circle_pocket_known_kind CHECK (kind IN ('security', 'ahead', 'retention', 'unclaimed', 'advance'))
);
