CREATE TABLE approval (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_approval PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_approval_key UNIQUE,
    action varchar NOT NULL,
    subject varchar NOT NULL,
    params jsonb NOT NULL,
    why varchar NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    version integer NOT NULL DEFAULT 1,
    state varchar NOT NULL,
    maker_id bigint NOT NULL,
    made_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    decided_by bigint,
    decided_at timestamptz,
    answer varchar,
    result jsonb,
    CONSTRAINT ck_approval_known_state CHECK (
        state IN ('open', 'approved', 'refused', 'withdrawn', 'expired')
    ),
    CONSTRAINT ck_approval_decided_by_another CHECK (
        state NOT IN ('approved', 'refused') OR (decided_by IS NOT NULL AND decided_by <> maker_id)
    ),
    CONSTRAINT ck_approval_decided CHECK ((state = 'open') = (decided_at IS NULL)),
    CONSTRAINT ck_approval_carried_out CHECK ((state = 'approved') = (result IS NOT NULL))
);

CREATE UNIQUE INDEX ix_approval_action_subject ON approval (action, subject) WHERE state = 'open';
CREATE INDEX ix_approval_due_at ON approval (due_at) WHERE state = 'open';
CREATE INDEX ix_approval_maker_id ON approval (maker_id, id);
