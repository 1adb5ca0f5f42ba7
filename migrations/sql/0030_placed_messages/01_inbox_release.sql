-- Gives a lane back, forgets the replies of the update that has shown its own (`shown`; NULL: it has not), and notes
-- which messages show what is edited later: three arrays of the same length, a later message of a name wins.
-- Replies that are shown twice after a crash of the server do less harm than waiting for the disk with each.
DROP FUNCTION inbox_release(varchar, bigint);
CREATE FUNCTION inbox_release(lane varchar, shown bigint, chats bigint[], names varchar[], messages bigint[])
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE inbox SET owed = NULL WHERE id = shown AND owed IS NOT NULL;
    IF cardinality(names) > 0 THEN
        INSERT INTO anchor (chat_id, name, message_id)
        SELECT DISTINCT ON (p.chat_id, p.name) p.chat_id, p.name, p.message_id
        FROM unnest(chats, names, messages) WITH ORDINALITY AS p(chat_id, name, message_id, place)
        ORDER BY p.chat_id, p.name, p.place DESC
        ON CONFLICT (chat_id, name) DO UPDATE SET message_id = excluded.message_id;
    END IF;
    RETURN pg_advisory_unlock(inbox_lane_class(), hashtext(lane));
END $$;
