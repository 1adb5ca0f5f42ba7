-- A case may wait for the person's own answer, be taken up again, and remind who answers it before its deadline.
ALTER TABLE service_case
    ADD COLUMN asked_at timestamptz, ADD COLUMN reopened_at timestamptz, ADD COLUMN remind_at timestamptz,
    DROP CONSTRAINT ck_service_case_known_state,
    ADD CONSTRAINT ck_service_case_known_state CHECK (state IN ('open', 'asked', 'answered', 'closed')),
    ADD CONSTRAINT ck_service_case_asked CHECK ((state = 'asked') = (asked_at IS NOT NULL)),
    ADD CONSTRAINT ck_service_case_reminded CHECK (remind_at IS NULL OR state IN ('open', 'asked'));

DROP INDEX ix_service_case_open;
CREATE UNIQUE INDEX ix_service_case_open ON service_case (customer_id, topic) WHERE state IN ('open', 'asked');
CREATE INDEX ix_service_case_due_at ON service_case (due_at, id) WHERE state IN ('open', 'asked');
CREATE INDEX ix_service_case_asked ON service_case (customer_id) WHERE state = 'asked';
CREATE INDEX ix_service_case_remind_at ON service_case (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX ix_service_case_officer_id ON service_case (officer_id) WHERE state IN ('open', 'asked');

UPDATE service_case SET remind_at = due_at WHERE state = 'open';
