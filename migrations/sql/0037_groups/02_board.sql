-- A message that is kept current: what it shows is read from its subject each time that delivery sends or edits it.
CREATE TABLE board (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_board PRIMARY KEY,
    chat_id bigint,
    inline_id varchar CONSTRAINT uq_board_inline_id UNIQUE,
    kind varchar NOT NULL,
    subject bigint NOT NULL,
    language varchar NOT NULL,
    wanted integer NOT NULL,
    shown integer NOT NULL,
    shown_hash varchar,
    shown_at timestamptz,
    message_id bigint,
    stray_id bigint,
    pins boolean NOT NULL,
    pinned_id bigint,
    is_parked boolean NOT NULL,
    is_over boolean NOT NULL,
    failures integer NOT NULL,
    error varchar,
    retry_at timestamptz,
    lease_until timestamptz,
    leased_by bigint,
    made_at timestamptz NOT NULL,
    CONSTRAINT uq_board_chat_id_kind_subject UNIQUE (chat_id, kind, subject),
    CONSTRAINT ck_board_one_place CHECK ((chat_id IS NULL) <> (inline_id IS NULL)),
    CONSTRAINT ck_board_inline_message CHECK (inline_id IS NULL OR (message_id IS NULL AND NOT pins)),
    CONSTRAINT ck_board_shown_what_is_wanted CHECK (shown <= wanted)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX ix_board_kind_subject ON board (kind, subject);
CREATE INDEX ix_board_due ON board (id)
    WHERE NOT is_parked AND (shown < wanted OR stray_id IS NOT NULL OR (pins AND pinned_id IS DISTINCT FROM message_id));
CREATE INDEX ix_board_leased ON board (lease_until) WHERE lease_until IS NOT NULL;

-- What was sent, edited, pinned or deleted in a group for its boards: Telegram counts all of it, 20 a minute.
CREATE TABLE chat_call (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_chat_call PRIMARY KEY,
    chat_id bigint NOT NULL,
    at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX ix_chat_call_chat_id_at ON chat_call (chat_id, at);
