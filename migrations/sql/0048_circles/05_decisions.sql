-- What members agree on among themselves, and what an operator decides.
CREATE TABLE circle_swap (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_swap PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_circle_swap_token UNIQUE,
    circle_id bigint NOT NULL,
    place integer NOT NULL,
    customer_id bigint NOT NULL,
    turn integer NOT NULL,
    other_place integer NOT NULL,
    other_id bigint NOT NULL,
    other_turn integer NOT NULL,
    state varchar NOT NULL,
    asked_at timestamptz NOT NULL,
    answered_at timestamptz,
    CONSTRAINT ck_circle_swap_known_state CHECK (state IN ('asked', 'done', 'refused', 'withdrawn', 'lapsed')),
    CONSTRAINT ck_circle_swap_answered CHECK ((state = 'asked') = (answered_at IS NULL)),
    CONSTRAINT ck_circle_swap_another CHECK (place <> other_place)
);

CREATE INDEX ix_circle_swap_circle_id ON circle_swap (circle_id, id);
CREATE INDEX ix_circle_swap_customer_id ON circle_swap (customer_id);
CREATE INDEX ix_circle_swap_other_id ON circle_swap (other_id);

CREATE TABLE circle_motion (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_motion PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_circle_motion_token UNIQUE,
    circle_id bigint NOT NULL,
    kind varchar NOT NULL,
    subject jsonb NOT NULL,
    needs varchar NOT NULL,
    state varchar NOT NULL,
    opened_by bigint NOT NULL,
    opened_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    settled_at timestamptz,
    CONSTRAINT ck_circle_motion_known_needs CHECK (needs IN ('officers', 'majority', 'two_thirds')),
    CONSTRAINT ck_circle_motion_known_state CHECK (state IN ('open', 'passed', 'failed', 'lapsed')),
    CONSTRAINT ck_circle_motion_settled CHECK ((state = 'open') = (settled_at IS NULL)),
    CONSTRAINT ck_circle_motion_in_order CHECK (opened_at < ends_at)
);

CREATE INDEX ix_circle_motion_circle_id ON circle_motion (circle_id, id);
CREATE INDEX ix_circle_motion_ends_at ON circle_motion (ends_at) WHERE state = 'open';

CREATE TABLE circle_ballot (
    motion_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    is_yes boolean NOT NULL,
    cast_at timestamptz NOT NULL,
    CONSTRAINT pk_circle_ballot PRIMARY KEY (motion_id, customer_id)
);

CREATE INDEX ix_circle_ballot_customer_id ON circle_ballot (customer_id);

CREATE TABLE circle_case (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_circle_case PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_circle_case_key UNIQUE,
    circle_id bigint NOT NULL,
    kind varchar NOT NULL,
    round integer,
    customer_id bigint NOT NULL,
    about_id bigint,
    words_sealed bytea NOT NULL,
    holds_payout boolean NOT NULL,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    decided_by bigint,
    decided_at timestamptz,
    decision varchar,
    reason_sealed bytea,
    CONSTRAINT ck_circle_case_known_kind CHECK (kind IN ('dispute', 'suspension')),
    CONSTRAINT ck_circle_case_decided_by_somebody CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT ck_circle_case_decided CHECK ((decided_at IS NULL) = (decision IS NULL)),
    CONSTRAINT ck_circle_case_dispute_of_a_round CHECK (kind <> 'dispute' OR round IS NOT NULL),
    CONSTRAINT ck_circle_case_suspension_of_somebody CHECK (kind <> 'suspension' OR about_id IS NOT NULL)
);

CREATE INDEX ix_circle_case_about_id ON circle_case (about_id);
CREATE INDEX ix_circle_case_circle_id ON circle_case (circle_id, round);
CREATE INDEX ix_circle_case_customer_id ON circle_case (customer_id);
CREATE INDEX ix_circle_case_due_at ON circle_case (due_at) WHERE decided_at IS NULL;
