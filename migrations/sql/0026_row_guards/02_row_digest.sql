-- The same digest whatever the session's zone: instants are written in UTC.
CREATE FUNCTION row_digest(p_row anyelement, p_columns text[]) RETURNS bytea
LANGUAGE sql STABLE SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
    SELECT sha256(convert_to(jsonb_agg(to_jsonb(p_row) -> listed.name ORDER BY listed.place)::text, 'UTF8'))
    FROM unnest(p_columns) WITH ORDINALITY listed (name, place)
$$;
