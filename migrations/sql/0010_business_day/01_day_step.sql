CREATE TABLE day_step (
    on_date date NOT NULL,
    step varchar NOT NULL,
    state varchar NOT NULL,
    note varchar,
    ended_at timestamptz NOT NULL,
    CONSTRAINT pk_day_step PRIMARY KEY (on_date, step),
    CONSTRAINT ck_day_step_known_state CHECK (state IN ('done', 'held'))
);

CREATE INDEX ix_day_step_on_date ON day_step (on_date) WHERE state = 'held';
