CREATE TABLE plan (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_plan PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_plan_key UNIQUE,
    customer_id bigint NOT NULL,
    kind varchar NOT NULL,
    target varchar NOT NULL,
    asset varchar NOT NULL,
    amount bigint NOT NULL,
    every varchar,
    due_day integer,
    starts_on date NOT NULL,
    next_on date,
    name varchar NOT NULL DEFAULT '',
    goal bigint,
    goal_on date,
    saved bigint NOT NULL DEFAULT 0,
    swept_to timestamptz,
    missed_on date,
    shown jsonb NOT NULL DEFAULT '{}',
    state varchar NOT NULL,
    made_at timestamptz NOT NULL,
    ended_on date,
    CONSTRAINT ck_plan_known_kind CHECK (kind IN ('regular', 'goal', 'round_up')),
    CONSTRAINT ck_plan_known_state CHECK (state IN ('active', 'paused', 'stopped', 'reached')),
    CONSTRAINT ck_plan_known_rhythm CHECK (every IN ('week', 'month')),
    CONSTRAINT ck_plan_due_day CHECK ((every = 'month') = (due_day IS NOT NULL) AND due_day BETWEEN 1 AND 31),
    CONSTRAINT ck_plan_positive CHECK (amount > 0 AND saved >= 0),
    CONSTRAINT ck_plan_goal_has_its_day CHECK (
        (kind = 'goal') = (goal IS NOT NULL) AND (goal IS NULL) = (goal_on IS NULL) AND goal > 0),
    CONSTRAINT ck_plan_rounds_or_recurs CHECK (
        (kind = 'round_up') = (swept_to IS NOT NULL) AND (kind = 'round_up') = (every IS NULL)
        AND (every IS NULL) = (next_on IS NULL)),
    CONSTRAINT ck_plan_ended CHECK ((state IN ('stopped', 'reached')) = (ended_on IS NOT NULL))
);

CREATE INDEX ix_plan_customer_id ON plan (customer_id, id);
CREATE INDEX ix_plan_next_on ON plan (next_on, id) WHERE state = 'active';
CREATE UNIQUE INDEX ix_plan_one_round_up ON plan (customer_id)
    WHERE kind = 'round_up' AND state IN ('active', 'paused');
