DROP FUNCTION inbox_claim(bigint, varchar[]);
CREATE FUNCTION inbox_claim(bot bigint, busy varchar[]) RETURNS TABLE (
    inbox_id bigint, update_id bigint, lane varchar, chat_id bigint, user_id bigint, payload bytea,
    over_limit boolean, attempts integer, owed bytea, alike bigint, state varchar, data bytea
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    tried varchar[] := busy;
    candidate varchar;
    oldest inbox%ROWTYPE;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR candidate IN
        SELECT i.lane FROM inbox i WHERE i.bot_id = bot AND (i.state = 'pending' OR i.owed IS NOT NULL)
        ORDER BY i.id + i.behind * 10000
    LOOP
        CONTINUE WHEN candidate = ANY (tried);
        tried := tried || candidate;
        CONTINUE WHEN NOT pg_try_advisory_lock(inbox_lane_class(), hashtext(candidate));
        UPDATE inbox SET attempts = inbox.attempts + 1 WHERE inbox.id = (
            SELECT i.id FROM inbox i
            WHERE i.lane = candidate AND i.bot_id = bot AND (i.state = 'pending' OR i.owed IS NOT NULL)
            ORDER BY i.update_id LIMIT 1
        ) AND (inbox.state = 'pending' OR inbox.owed IS NOT NULL) RETURNING inbox.* INTO oldest;
        IF FOUND THEN
            RETURN QUERY
            SELECT oldest.id, oldest.update_id, oldest.lane, oldest.chat_id, oldest.user_id, oldest.payload,
                   oldest.over_limit, oldest.attempts, oldest.owed, oldest.alike, c.state, c.data
            FROM (SELECT) AS one LEFT JOIN conversation c
              ON c.bot_id = bot AND c.chat_id = oldest.chat_id AND c.user_id = oldest.user_id AND c.thread_id = 0;
            RETURN;
        END IF;
        PERFORM pg_advisory_unlock(inbox_lane_class(), hashtext(candidate));
    END LOOP;
END $$;
