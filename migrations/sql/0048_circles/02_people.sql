-- Who is in a circle, and who holds its offices. Officers never hold money.
CREATE TABLE circle_officer (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_officer PRIMARY KEY,
    circle_id bigint NOT NULL,
    role varchar NOT NULL,
    customer_id bigint NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    CONSTRAINT ck_circle_officer_known_role CHECK (role IN ('chair', 'treasurer', 'secretary'))
);

CREATE UNIQUE INDEX ix_circle_officer_customer ON circle_officer (circle_id, customer_id) WHERE until IS NULL;
CREATE INDEX ix_circle_officer_customer_id ON circle_officer (customer_id, circle_id);
CREATE UNIQUE INDEX ix_circle_officer_role ON circle_officer (circle_id, role) WHERE until IS NULL;

CREATE TABLE circle_member (
    circle_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    state varchar NOT NULL,
    places integer NOT NULL,
    nickname_sealed bytea,
    nominee_sealed bytea,
    destination varchar NOT NULL,
    destination_id bigint,
    automatic_debit boolean NOT NULL,
    debit_from_change_plus boolean NOT NULL,
    shows_reliability boolean NOT NULL,
    marks_credit boolean NOT NULL,
    retention bigint NOT NULL,
    wanted_sealed bytea,
    asked_at timestamptz NOT NULL,
    joined_at timestamptz,
    agreed_rounds integer,
    agreed_at timestamptz,
    suspended_at timestamptz,
    left_at timestamptz,
    CONSTRAINT pk_circle_member PRIMARY KEY (circle_id, customer_id),
    CONSTRAINT ck_circle_member_known_state CHECK (state IN ('asked', 'waiting', 'approved', 'joined', 'refused', 'left', 'removed')),
    CONSTRAINT ck_circle_member_known_destination CHECK (destination IN ('wallet', 'change_plus', 'goal', 'loan')),
    CONSTRAINT ck_circle_member_destination_of_something CHECK ((destination IN ('goal', 'loan')) = (destination_id IS NOT NULL)),
    CONSTRAINT ck_circle_member_places_bounded CHECK (places BETWEEN 1 AND 3),
    CONSTRAINT ck_circle_member_agreed CHECK ((agreed_rounds IS NULL) = (agreed_at IS NULL)),
    CONSTRAINT ck_circle_member_out_since CHECK ((state IN ('refused', 'left', 'removed')) = (left_at IS NOT NULL)),
    CONSTRAINT ck_circle_member_joined_since CHECK (state <> 'joined' OR joined_at IS NOT NULL)
);

CREATE INDEX ix_circle_member_customer_id ON circle_member (customer_id, circle_id)
    WHERE state IN ('asked', 'waiting', 'approved', 'joined');
