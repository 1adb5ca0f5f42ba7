CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_outbox PRIMARY KEY,
    customer_id bigint,
    chat_id bigint,
    language varchar,
    kind varchar NOT NULL,
    params jsonb NOT NULL,
    urgency varchar NOT NULL,
    key varchar NOT NULL CONSTRAINT uq_outbox_key UNIQUE,
    about varchar,
    merge_key varchar,
    supersedes boolean NOT NULL DEFAULT false,
    reference varchar,
    put_off_because varchar,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    state varchar NOT NULL DEFAULT 'pending',
    attempts integer NOT NULL DEFAULT 0,
    retry_at timestamptz,
    lease_until timestamptz,
    leased_by bigint,
    pushed_on date,
    message_id bigint,
    error varchar,
    finished_at timestamptz,
    CONSTRAINT ck_outbox_known_state
        CHECK (state IN ('pending', 'sending', 'sent', 'refused', 'unknown', 'cancelled')),
    CONSTRAINT ck_outbox_known_urgency
        CHECK (urgency IN ('security', 'receipt', 'system', 'reminder', 'broadcast')),
    CONSTRAINT ck_outbox_addressed
        CHECK (customer_id IS NOT NULL OR (chat_id IS NOT NULL AND language IS NOT NULL)),
    CONSTRAINT ck_outbox_merged_for_a_customer
        CHECK (merge_key IS NULL OR (customer_id IS NOT NULL AND urgency NOT IN ('security', 'receipt'))),
    CONSTRAINT ck_outbox_supersedes_about
        CHECK (NOT supersedes OR (about IS NOT NULL AND merge_key IS NOT NULL)),
    CONSTRAINT ck_outbox_finished
        CHECK ((finished_at IS NOT NULL) = (state IN ('sent', 'refused', 'unknown', 'cancelled'))),
    CONSTRAINT ck_outbox_sent_as_a_message CHECK (state <> 'sent' OR message_id IS NOT NULL),
    CONSTRAINT ck_outbox_attempts_counted CHECK (attempts >= 0)
);

CREATE INDEX ix_outbox_urgency_due_at_id ON outbox (urgency, due_at, id) WHERE state = 'pending';
CREATE INDEX ix_outbox_due_at ON outbox (due_at) WHERE state IN ('pending', 'sending');
CREATE INDEX ix_outbox_about ON outbox (about) WHERE state = 'pending';
CREATE INDEX ix_outbox_customer_id ON outbox (customer_id) WHERE state = 'pending';
CREATE INDEX ix_outbox_chat_id_lease_until ON outbox (chat_id, lease_until) WHERE lease_until IS NOT NULL;

CREATE INDEX ix_outbox_customer_id_merge_key_pushed_on ON outbox (customer_id, merge_key, pushed_on)
WHERE merge_key IS NOT NULL AND pushed_on IS NOT NULL;

CREATE INDEX ix_outbox_chat_id_finished_at ON outbox (chat_id, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX ix_outbox_id ON outbox (id) WHERE state = 'unknown';
CREATE INDEX ix_outbox_finished_at ON outbox (finished_at) WHERE finished_at IS NOT NULL;
