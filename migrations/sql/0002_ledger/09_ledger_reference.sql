-- The word by which people quote an entry: a permutation of its id. ledger.reference.reference_of says the same.
CREATE FUNCTION ledger_reference(p_entry_id bigint) RETURNS varchar LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    c_alphabet CONSTANT text := 'ABCDEFGHJKMNPQRTVWXYZ2346789';
    c_left CONSTANT bigint := 28 ^ 3;
    c_right CONSTANT bigint := 28 ^ 4;
    c_keys CONSTANT bigint[] := '{20261, 77003, 41117, 90001, 10007, 63949}';
    v_left bigint := (p_entry_id % (c_left * c_right)) / c_right;
    v_right bigint := (p_entry_id % (c_left * c_right)) % c_right;
    v_word text := '';
    v_number bigint;
BEGIN
    FOR i IN 0 .. 2 LOOP
        v_left := (v_left + (v_right + c_keys[2 * i + 1]) * (v_right + c_keys[2 * i + 1]) * 7919 / 2048) % c_left;
        v_right := (v_right + (v_left + c_keys[2 * i + 2]) * (v_left + c_keys[2 * i + 2]) * 7919 / 2048) % c_right;
    END LOOP;
    v_number := v_left * c_right + v_right;
    FOR i IN 1 .. 7 LOOP
        v_word := substr(c_alphabet, (v_number % 28)::integer + 1, 1) || v_word;
        v_number := v_number / 28;
    END LOOP;
    RETURN 'S' || left(v_word, 3) || '-' || right(v_word, 4);
END $$;
