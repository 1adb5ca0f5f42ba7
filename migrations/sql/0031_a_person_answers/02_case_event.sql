-- What happened to a case, step by step; reports count it by day, so a day that is over reads the same for good.
CREATE TABLE case_event (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_case_event PRIMARY KEY,
    case_id bigint NOT NULL,
    event varchar NOT NULL,
    actor_id bigint NOT NULL,
    at timestamptz NOT NULL,
    on_date date NOT NULL,
    is_late boolean NOT NULL,
    CONSTRAINT ck_case_event_known_event CHECK (event IN (
        'opened', 'added', 'asked_back', 'answered', 'passed_on', 'taken_over', 'goodwill', 'closed', 'reopened'
    ))
);

CREATE INDEX ix_case_event_case_id ON case_event (case_id, id);
CREATE INDEX ix_case_event_on_date ON case_event (on_date);

INSERT INTO case_event (case_id, event, actor_id, at, on_date, is_late)
SELECT c.id, step.event, step.actor_id, step.at, CAST(step.at AT TIME ZONE book.zone AS date),
    step.event = 'answered' AND step.at > c.due_at
FROM service_case c
    CROSS JOIN book
    CROSS JOIN LATERAL (VALUES
        ('opened', c.customer_id, c.opened_at),
        ('answered', coalesce(c.officer_id, 0), c.answered_at),
        ('closed', coalesce(c.officer_id, 0), c.closed_at)
    ) AS step (event, actor_id, at)
WHERE step.at IS NOT NULL
ORDER BY step.at, c.id;
