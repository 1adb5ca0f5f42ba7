-- The same digest, of a row that is made JSON once and not once for each of its columns.
CREATE OR REPLACE FUNCTION row_digest(p_row anyelement, p_columns text[]) RETURNS bytea
LANGUAGE sql STABLE SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
    WITH whole AS MATERIALIZED (SELECT to_jsonb(p_row) AS fields)
    SELECT sha256(convert_to(jsonb_agg(whole.fields -> listed.name ORDER BY listed.place)::text, 'UTF8'))
    FROM whole CROSS JOIN unnest(p_columns) WITH ORDINALITY listed (name, place)
$$;
