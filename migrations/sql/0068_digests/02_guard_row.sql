-- The same guard. The key is read from the row made JSON once, too.
CREATE OR REPLACE FUNCTION guard_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_row jsonb;
    v_key varchar;
BEGIN
    IF current_setting('is_superuser')::boolean THEN
        RETURN NULL;
    END IF;
    v_row := to_jsonb(coalesce(NEW, OLD));
    SELECT string_agg(v_row ->> listed.name, '.' ORDER BY listed.place) INTO v_key
    FROM unnest(string_to_array(TG_ARGV[0], ' ')) WITH ORDINALITY listed (name, place);
    IF TG_OP = 'DELETE' THEN
        DELETE FROM row_guard WHERE of_table = TG_TABLE_NAME AND row_key = v_key;
    ELSE
        INSERT INTO row_guard (of_table, row_key, digest)
        VALUES (TG_TABLE_NAME, v_key, row_digest(NEW, string_to_array(TG_ARGV[1], ' ')))
        ON CONFLICT (of_table, row_key) DO UPDATE SET digest = excluded.digest;
    END IF;
    RETURN NULL;
END $$;
