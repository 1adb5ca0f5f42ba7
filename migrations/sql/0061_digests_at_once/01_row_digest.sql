-- The digest of a row that is JSON already. Instants in it are as the session's zone wrote them: callers say which.
CREATE FUNCTION row_digest_of(p_row jsonb, p_columns text[]) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(jsonb_agg(p_row -> listed.name ORDER BY listed.place)::text, 'UTF8'))
    FROM unnest(p_columns) WITH ORDINALITY listed (name, place)
$$;

-- The same digest whatever the session's zone: instants are written in UTC. A row is made JSON once, not once a column.
CREATE OR REPLACE FUNCTION row_digest(p_row anyelement, p_columns text[]) RETURNS bytea
LANGUAGE sql STABLE SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
    SELECT row_digest_of(to_jsonb(p_row), p_columns)
$$;
