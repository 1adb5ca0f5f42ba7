-- Keeps a row's digest. Its arguments: the key's columns, separated by spaces, then those that are guarded, likewise.
-- What a superuser does is not the service's: the digest stays as it was, and no longer fits.
-- The row is made JSON once, for the key and for the digest, which `row_digest` makes of the same text.
CREATE OR REPLACE FUNCTION guard_row() RETURNS trigger
LANGUAGE plpgsql SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE
    v_row jsonb;
    v_key varchar;
BEGIN
    IF current_setting('is_superuser')::boolean THEN
        RETURN NULL;
    END IF;
    v_row := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    SELECT string_agg(v_row ->> listed.name, '.' ORDER BY listed.place) INTO v_key
    FROM unnest(string_to_array(TG_ARGV[0], ' ')) WITH ORDINALITY listed (name, place);
    IF TG_OP = 'DELETE' THEN
        DELETE FROM row_guard WHERE of_table = TG_TABLE_NAME AND row_key = v_key;
    ELSE
        INSERT INTO row_guard (of_table, row_key, digest)
        VALUES (TG_TABLE_NAME, v_key, row_digest_of(v_row, string_to_array(TG_ARGV[1], ' ')))
        ON CONFLICT (of_table, row_key) DO UPDATE SET digest = excluded.digest;
    END IF;
    RETURN NULL;
END $$;
