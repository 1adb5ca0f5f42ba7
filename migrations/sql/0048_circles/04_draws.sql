-- What draws and auctions are made of: chains of keys, picks, sealed bids.
CREATE TABLE circle_key (
    circle_id bigint NOT NULL,
    nr integer NOT NULL,
    first_round integer NOT NULL,
    last_round integer NOT NULL,
    key_zero varchar NOT NULL,
    last_key_sealed bytea NOT NULL,
    picks_hash varchar,
    voided_at timestamptz,
    voided_why varchar,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk_circle_key PRIMARY KEY (circle_id, nr),
    CONSTRAINT ck_circle_key_voided CHECK ((voided_at IS NULL) = (voided_why IS NULL)),
    CONSTRAINT ck_circle_key_in_order CHECK (first_round <= last_round)
);

CREATE TABLE circle_pick (
    circle_id bigint NOT NULL,
    chain integer NOT NULL,
    place integer NOT NULL,
    customer_id bigint NOT NULL,
    pick varchar NOT NULL,
    CONSTRAINT pk_circle_pick PRIMARY KEY (circle_id, chain, place)
);

CREATE INDEX ix_circle_pick_customer_id ON circle_pick (customer_id);

CREATE TABLE circle_bid (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_bid PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_circle_bid_key UNIQUE,
    circle_id bigint NOT NULL,
    round integer NOT NULL,
    place integer NOT NULL,
    customer_id bigint NOT NULL,
    amount_sealed bytea NOT NULL,
    nonce_sealed bytea NOT NULL,
    seal varchar NOT NULL,
    made_at timestamptz NOT NULL,
    over_at timestamptz,
    amount bigint,
    nonce varchar,
    CONSTRAINT ck_circle_bid_published CHECK ((amount IS NULL) = (nonce IS NULL)),
    CONSTRAINT ck_circle_bid_won_as_it_stood CHECK (amount IS NULL OR over_at IS NULL)
);

CREATE INDEX ix_circle_bid_customer_id ON circle_bid (customer_id, id);
CREATE UNIQUE INDEX ix_circle_bid_last ON circle_bid (circle_id, round, place) WHERE over_at IS NULL;
