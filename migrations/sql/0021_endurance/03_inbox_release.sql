-- Gives a lane back, and forgets the replies of the update that has shown its own (`shown`; NULL: it has not).
-- Replies that are shown twice after a crash of the server do less harm than waiting for the disk with each.
CREATE FUNCTION inbox_release(lane varchar, shown bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE inbox SET owed = NULL WHERE id = shown AND owed IS NOT NULL;
    RETURN pg_advisory_unlock(inbox_lane_class(), hashtext(lane));
END $$;
