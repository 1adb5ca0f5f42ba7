-- A circle's places: each pays in each round and receives in one.
CREATE TABLE circle_place (
    circle_id bigint NOT NULL,
    nr integer NOT NULL,
    customer_id bigint,
    state varchar NOT NULL,
    turn integer,
    pick_sealed bytea,
    passes_round integer,
    received_round integer,
    received_at timestamptz,
    held_since timestamptz,
    notice_on date,
    closed_at timestamptz,
    closed_why varchar,
    closed_round integer,
    refund_round integer,
    due_at_once_on date,
    CONSTRAINT pk_circle_place PRIMARY KEY (circle_id, nr),
    CONSTRAINT ck_circle_place_known_state CHECK (state IN ('free', 'held', 'closed', 'unused')),
    CONSTRAINT ck_circle_place_held_by_somebody CHECK ((state IN ('held', 'closed')) = (customer_id IS NOT NULL)),
    CONSTRAINT ck_circle_place_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT ck_circle_place_closed_for_a_reason CHECK ((closed_at IS NULL) = (closed_why IS NULL)),
    CONSTRAINT ck_circle_place_known_why CHECK (closed_why IN ('stopped', 'left', 'removed', 'gone')),
    CONSTRAINT ck_circle_place_received CHECK ((received_round IS NULL) = (received_at IS NULL))
);

CREATE INDEX ix_circle_place_customer_id ON circle_place (customer_id, circle_id);

CREATE TABLE circle_guarantor (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_guarantor PRIMARY KEY,
    circle_id bigint NOT NULL,
    place integer NOT NULL,
    customer_id bigint NOT NULL,
    most bigint NOT NULL,
    called bigint NOT NULL,
    asked_at timestamptz NOT NULL,
    agreed_at timestamptz,
    refused_at timestamptz,
    freed_at timestamptz,
    CONSTRAINT uq_circle_guarantor_circle_id_place_customer_id UNIQUE (circle_id, place, customer_id),
    CONSTRAINT ck_circle_guarantor_positive CHECK (most > 0),
    CONSTRAINT ck_circle_guarantor_called_bounded CHECK (called BETWEEN 0 AND most),
    CONSTRAINT ck_circle_guarantor_one_answer CHECK (agreed_at IS NULL OR refused_at IS NULL)
);

CREATE INDEX ix_circle_guarantor_customer_id ON circle_guarantor (customer_id, circle_id);
