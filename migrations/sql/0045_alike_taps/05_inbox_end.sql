-- Ends updates that were answered without a unit of work, and gives their lanes back: arrays of the same length. What a
-- crash of the server undoes of it is answered once more, which does less harm than waiting for the disk.
CREATE FUNCTION inbox_end(ids bigint[], lanes varchar[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE inbox SET state = 'done', payload = NULL, finished_at = clock_timestamp()
    WHERE id = ANY (ids) AND state = 'pending';
    RETURN (SELECT bool_and(pg_advisory_unlock(inbox_lane_class(), hashtext(lane))) FROM unnest(lanes) AS lane);
END $$;
