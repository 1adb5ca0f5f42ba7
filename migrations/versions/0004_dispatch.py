"""The inbox with its two functions, conversation state, anchors."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INBOX = """
    CREATE TABLE inbox (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inbox PRIMARY KEY,
        bot_id bigint NOT NULL,
        update_id bigint NOT NULL,
        lane varchar NOT NULL,
        chat_id bigint NOT NULL,
        user_id bigint NOT NULL,
        received_at timestamptz NOT NULL,
        payload bytea,
        over_limit boolean NOT NULL,
        state varchar NOT NULL,
        attempts integer NOT NULL,
        finished_at timestamptz,
        reference varchar,
        error varchar,
        CONSTRAINT uq_inbox_bot_id_update_id UNIQUE (bot_id, update_id),
        CONSTRAINT ck_inbox_state CHECK (state IN ('pending', 'done', 'dead')),
        CONSTRAINT ck_inbox_payload_until_done CHECK ((payload IS NULL) = (state = 'done')),
        CONSTRAINT ck_inbox_finished CHECK ((finished_at IS NULL) = (state = 'pending')),
        CONSTRAINT ck_inbox_attempts CHECK (attempts >= 0)
    ) WITH (autovacuum_vacuum_scale_factor = 0.02)
"""

# One round trip for a batch of at most 100. A lane holds `lane_limit` waiting updates; the next one is stored as the
# one that is answered "slow down", after what came before it; while that waits the rest are dropped.
STORE = """
    CREATE FUNCTION inbox_store(
        bot bigint, update_ids bigint[], lanes varchar[], chat_ids bigint[], user_ids bigint[], payloads bytea[],
        lane_limit integer
    ) RETURNS TABLE (outcome varchar) LANGUAGE plpgsql AS $$
    DECLARE
        waiting bigint;
        overflowed boolean;
        anything boolean := false;
    BEGIN
        FOR i IN 1 .. cardinality(update_ids) LOOP
            SELECT count(*), coalesce(bool_or(over_limit), false) INTO waiting, overflowed
            FROM inbox WHERE lane = lanes[i] AND state = 'pending';
            IF overflowed THEN
                outcome := 'dropped';
                RETURN NEXT;
                CONTINUE;
            END IF;
            INSERT INTO inbox (
                bot_id, update_id, lane, chat_id, user_id, received_at, payload, over_limit, state, attempts
            ) VALUES (
                bot, update_ids[i], lanes[i], chat_ids[i], user_ids[i], clock_timestamp(), payloads[i],
                waiting >= lane_limit, 'pending', 0
            ) ON CONFLICT (bot_id, update_id) DO NOTHING;
            outcome := CASE
                WHEN NOT FOUND THEN 'duplicate'
                WHEN waiting >= lane_limit THEN 'over_limit'
                ELSE 'stored'
            END;
            anything := anything OR outcome <> 'duplicate';
            RETURN NEXT;
        END LOOP;
        IF anything THEN
            PERFORM pg_notify('inbox', '');
        END IF;
    END $$
"""

# The lane's lock is the session's, not the transaction's: it covers what is settled before the transaction begins (a
# PIN check) and the replies after it, and the server frees it when the process dies. It is taken before the lane's
# oldest update is looked for, by a fresh snapshot, so what another worker has just finished is not seen as waiting. The
# count of attempts need not survive a crash of the server, so nobody waits for the disk.
CLAIM = """
    CREATE FUNCTION inbox_claim(bot bigint, busy varchar[]) RETURNS TABLE (
        inbox_id bigint, update_id bigint, lane varchar, chat_id bigint, user_id bigint, payload bytea,
        over_limit boolean, attempts integer, state varchar, data bytea
    ) LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    DECLARE
        tried varchar[] := busy;
        candidate varchar;
        oldest inbox%ROWTYPE;
    BEGIN
        PERFORM set_config('synchronous_commit', 'off', true);
        FOR candidate IN SELECT i.lane FROM inbox i WHERE i.bot_id = bot AND i.state = 'pending' ORDER BY i.id LOOP
            CONTINUE WHEN candidate = ANY (tried);
            tried := tried || candidate;
            CONTINUE WHEN NOT pg_try_advisory_lock(inbox_lane_class(), hashtext(candidate));
            UPDATE inbox SET attempts = inbox.attempts + 1 WHERE inbox.id = (
                SELECT i.id FROM inbox i WHERE i.lane = candidate AND i.bot_id = bot AND i.state = 'pending'
                ORDER BY i.update_id LIMIT 1
            ) RETURNING inbox.* INTO oldest;
            IF FOUND THEN
                RETURN QUERY
                SELECT oldest.id, oldest.update_id, oldest.lane, oldest.chat_id, oldest.user_id, oldest.payload,
                       oldest.over_limit, oldest.attempts, c.state, c.data
                FROM (SELECT) AS one LEFT JOIN conversation c
                  ON c.bot_id = bot AND c.chat_id = oldest.chat_id AND c.user_id = oldest.user_id AND c.thread_id = 0;
                RETURN;
            END IF;
            PERFORM pg_advisory_unlock(inbox_lane_class(), hashtext(candidate));
        END LOOP;
    END $$
"""


def upgrade() -> None:
    op.execute(INBOX)
    op.execute("CREATE INDEX ix_inbox_bot_id_id ON inbox (bot_id, id) WHERE state = 'pending'")
    op.execute("CREATE INDEX ix_inbox_lane_update_id ON inbox (lane, update_id) WHERE state = 'pending'")
    op.execute("CREATE INDEX ix_inbox_id ON inbox (id) WHERE state = 'dead'")
    op.execute(
        """
        CREATE TABLE conversation (
            bot_id bigint NOT NULL,
            chat_id bigint NOT NULL,
            user_id bigint NOT NULL,
            thread_id bigint NOT NULL,
            state varchar,
            data bytea,
            changed_at timestamptz NOT NULL,
            CONSTRAINT pk_conversation PRIMARY KEY (bot_id, chat_id, user_id, thread_id)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE anchor (
            chat_id bigint NOT NULL,
            name varchar NOT NULL,
            message_id bigint NOT NULL,
            CONSTRAINT pk_anchor PRIMARY KEY (chat_id, name)
        )
        """
    )
    op.execute("CREATE FUNCTION inbox_lane_class() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1937077100'")
    op.execute(STORE)
    op.execute(CLAIM)


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
