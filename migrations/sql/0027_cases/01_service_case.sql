CREATE TABLE service_case (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_service_case PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_service_case_key UNIQUE,
    customer_id bigint NOT NULL,
    topic varchar NOT NULL,
    confidence integer,
    kind varchar NOT NULL,
    language varchar NOT NULL,
    answered_sealed bytea,
    state varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    officer_id bigint,
    answered_at timestamptz,
    closed_at timestamptz,
    CONSTRAINT ck_service_case_known_kind CHECK (kind IN ('question', 'dispute', 'complaint', 'distress')),
    CONSTRAINT ck_service_case_known_state CHECK (state IN ('open', 'answered', 'closed')),
    CONSTRAINT ck_service_case_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT ck_service_case_answered CHECK (state <> 'answered' OR answered_at IS NOT NULL),
    CONSTRAINT ck_service_case_percent CHECK (confidence BETWEEN 0 AND 100)
);

CREATE INDEX ix_service_case_customer_id ON service_case (customer_id, id);
CREATE UNIQUE INDEX ix_service_case_open ON service_case (customer_id, topic) WHERE state = 'open';
