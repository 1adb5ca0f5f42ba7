-- What waits at the desk and has no table of its own: an identity to be looked at, something that somebody asked for.
CREATE TABLE desk_entry (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_desk_entry PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_desk_entry_key UNIQUE,
    kind varchar NOT NULL,
    customer_id bigint,
    subject varchar NOT NULL,
    permission varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    state varchar NOT NULL,
    settled_by bigint,
    settled_at timestamptz,
    CONSTRAINT ck_desk_entry_known_state CHECK (state IN ('open', 'settled')),
    CONSTRAINT ck_desk_entry_settled CHECK ((state = 'settled') = (settled_at IS NOT NULL))
);

CREATE INDEX ix_desk_entry_due_at ON desk_entry (due_at, id) WHERE state = 'open';

-- Whose an entry of the queue is, where its own table does not say so.
CREATE TABLE desk_owner (
    entry varchar NOT NULL CONSTRAINT pk_desk_owner PRIMARY KEY,
    owner_id bigint NOT NULL,
    since timestamptz NOT NULL
);

-- Who is away until when, and who looks after their entries meanwhile. The last line of an operator counts.
CREATE TABLE absence (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_absence PRIMARY KEY,
    operator_id bigint NOT NULL,
    colleague_id bigint NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT ck_absence_another CHECK (colleague_id <> operator_id),
    CONSTRAINT ck_absence_forwards CHECK (until_at > from_at)
);

CREATE INDEX ix_absence_running ON absence (operator_id) WHERE ended_at IS NULL;
CREATE INDEX ix_absence_colleague_id ON absence (colleague_id) WHERE ended_at IS NULL;
