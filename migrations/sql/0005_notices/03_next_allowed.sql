CREATE FUNCTION next_allowed(instant timestamptz, zone text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN CAST(instant AT TIME ZONE zone AS time) < '08:00'
            THEN (CAST(instant AT TIME ZONE zone AS date) + time '08:00') AT TIME ZONE zone
        WHEN CAST(instant AT TIME ZONE zone AS time) >= '22:00'
            THEN (CAST(instant AT TIME ZONE zone AS date) + 1 + time '08:00') AT TIME ZONE zone
        ELSE instant
    END
$$;
