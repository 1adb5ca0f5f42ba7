-- A collection: gifts lie in account 2025 until its last day is over.
CREATE TABLE cause (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_cause PRIMARY KEY,
    token varchar NOT NULL CONSTRAINT uq_cause_token UNIQUE,
    organiser_id bigint NOT NULL,
    asset varchar NOT NULL,
    title_sealed bytea NOT NULL,
    goal bigint,
    all_or_nothing boolean NOT NULL,
    shows_names boolean NOT NULL,
    place_id bigint,
    state varchar NOT NULL,
    made_at timestamptz NOT NULL,
    last_on date NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz,
    thanks_sealed bytea,
    CONSTRAINT ck_cause_positive CHECK (goal > 0),
    CONSTRAINT ck_cause_goal_to_reach CHECK (NOT all_or_nothing OR goal IS NOT NULL),
    CONSTRAINT ck_cause_known_state CHECK (state IN ('open', 'paid', 'short', 'called_off')),
    CONSTRAINT ck_cause_ended CHECK ((state = 'open') = (ended_at IS NULL)),
    CONSTRAINT ck_cause_in_order CHECK (made_at < ends_at)
);

CREATE INDEX ix_cause_ends_at ON cause (ends_at) WHERE state = 'open';
CREATE INDEX ix_cause_organiser_id ON cause (organiser_id, made_at);

CREATE TABLE gift (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_gift PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_gift_key UNIQUE,
    cause_id bigint NOT NULL,
    giver_id bigint NOT NULL,
    amount bigint NOT NULL,
    given_at timestamptz NOT NULL,
    sent_in integer NOT NULL,
    returned_at timestamptz,
    CONSTRAINT ck_gift_positive CHECK (amount > 0)
);

CREATE INDEX ix_gift_cause_id ON gift (cause_id, id);
CREATE INDEX ix_gift_giver_id ON gift (giver_id, id);
