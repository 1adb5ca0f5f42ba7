-- Takes up to `most` waiting taps that are alike, each the oldest update of its lane, whose lock is the session's as in
-- inbox_claim. They are answered without a unit of work, so nothing of their conversations is read, and no attempt is
-- counted: who is not answered after all is handled later, and not the worse for having been looked at.
CREATE FUNCTION inbox_claim_alike(bot bigint, wanted bigint, busy varchar[], most integer) RETURNS TABLE (
    inbox_id bigint, update_id bigint, lane varchar, chat_id bigint, user_id bigint, payload bytea,
    over_limit boolean, attempts integer, owed bytea, alike bigint, state varchar, data bytea
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    tried varchar[] := busy;
    candidate record;
    tap inbox%ROWTYPE;
    taken integer := 0;
BEGIN
    FOR candidate IN
        SELECT i.id, i.lane FROM inbox i
        WHERE i.bot_id = bot AND i.alike = wanted AND i.state = 'pending' AND NOT i.over_limit ORDER BY i.id
    LOOP
        EXIT WHEN taken = most;
        CONTINUE WHEN candidate.lane = ANY (tried);
        tried := tried || candidate.lane;
        CONTINUE WHEN NOT pg_try_advisory_lock(inbox_lane_class(), hashtext(candidate.lane));
        SELECT t.* INTO tap FROM inbox t
        WHERE t.id = candidate.id AND t.state = 'pending' AND NOT EXISTS (
            SELECT FROM inbox i
            WHERE i.lane = candidate.lane AND i.bot_id = bot AND (i.state = 'pending' OR i.owed IS NOT NULL)
                AND i.update_id < t.update_id);
        IF FOUND THEN
            taken := taken + 1;
            RETURN QUERY SELECT tap.id, tap.update_id, tap.lane, tap.chat_id, tap.user_id, tap.payload, tap.over_limit,
                tap.attempts, tap.owed, tap.alike, CAST(NULL AS varchar), CAST(NULL AS bytea);
        ELSE
            PERFORM pg_advisory_unlock(inbox_lane_class(), hashtext(candidate.lane));
        END IF;
    END LOOP;
END $$;
