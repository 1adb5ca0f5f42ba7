DROP FUNCTION inbox_store(bigint, bigint[], varchar[], bigint[], bigint[], bytea[], integer);
CREATE FUNCTION inbox_store(
    bot bigint, update_ids bigint[], lanes varchar[], chat_ids bigint[], user_ids bigint[], payloads bytea[],
    alikes bigint[], lane_limit integer
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
            bot_id, update_id, lane, chat_id, user_id, received_at, payload, over_limit, state, attempts, behind, alike
        ) VALUES (
            bot, update_ids[i], lanes[i], chat_ids[i], user_ids[i], clock_timestamp(), payloads[i],
            waiting >= lane_limit, 'pending', 0, waiting, alikes[i]
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
END $$;
