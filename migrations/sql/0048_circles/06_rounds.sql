-- The rounds of a circle that has started, and what each place owes in them.
CREATE TABLE circle_round (
    circle_id bigint NOT NULL,
    nr integer NOT NULL,
    due_on date NOT NULL,
    first_due_on date NOT NULL,
    state varchar NOT NULL,
    receiver_place integer,
    refunds_place integer,
    is_history boolean NOT NULL,
    listed_at timestamptz,
    drawn_at timestamptz,
    chain integer,
    key varchar,
    purpose varchar,
    bid bigint,
    prize bigint,
    commission bigint,
    held_by bigint,
    full_at timestamptz,
    paid_at timestamptz,
    CONSTRAINT pk_circle_round PRIMARY KEY (circle_id, nr),
    CONSTRAINT ck_circle_round_known_state CHECK (state IN ('coming', 'listed', 'collecting', 'paid', 'short')),
    CONSTRAINT ck_circle_round_paid_out CHECK (state NOT IN ('paid', 'short') OR paid_at IS NOT NULL OR is_history),
    CONSTRAINT ck_circle_round_refunds_its_place CHECK (refunds_place IS NULL OR receiver_place = refunds_place)
);

CREATE INDEX ix_circle_round_due_on ON circle_round (due_on, circle_id, nr)
    WHERE state IN ('coming', 'listed', 'collecting');

CREATE TABLE circle_eligible (
    circle_id bigint NOT NULL,
    round integer NOT NULL,
    place integer NOT NULL,
    is_tied boolean NOT NULL,
    CONSTRAINT pk_circle_eligible PRIMARY KEY (circle_id, round, place)
);

CREATE TABLE circle_due (
    circle_id bigint NOT NULL,
    round integer NOT NULL,
    place integer NOT NULL,
    customer_id bigint NOT NULL,
    due_on date NOT NULL,
    amount bigint NOT NULL,
    paid bigint NOT NULL,
    paid_at timestamptz,
    fine bigint NOT NULL,
    fine_paid bigint NOT NULL,
    covered bigint NOT NULL,
    is_late boolean NOT NULL,
    is_excused boolean NOT NULL,
    guarantors_on date,
    CONSTRAINT pk_circle_due PRIMARY KEY (circle_id, round, place),
    CONSTRAINT ck_circle_due_not_negative CHECK (amount >= 0),
    CONSTRAINT ck_circle_due_paid_bounded CHECK (paid BETWEEN 0 AND amount),
    CONSTRAINT ck_circle_due_fine_paid_bounded CHECK (fine_paid BETWEEN 0 AND fine),
    CONSTRAINT ck_circle_due_covered_bounded CHECK (covered BETWEEN 0 AND paid),
    CONSTRAINT ck_circle_due_paid_whole CHECK ((paid_at IS NULL) = (paid < amount OR amount = 0))
);

CREATE INDEX ix_circle_due_customer_id ON circle_due (customer_id, due_on);
CREATE INDEX ix_circle_due_open ON circle_due (due_on, circle_id, round, place)
    WHERE paid < amount OR fine_paid < fine;
