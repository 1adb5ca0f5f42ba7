-- The same word as ever, its six rounds written out: it is made for each entry, and `verify` makes it anew for all.
CREATE OR REPLACE FUNCTION ledger_reference(p_entry_id bigint) RETURNS varchar
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    c_alphabet CONSTANT text := 'ABCDEFGHJKMNPQRTVWXYZ2346789';
    v_left bigint := p_entry_id % 13492928512 / 614656;
    v_right bigint := p_entry_id % 614656;
BEGIN
    v_left := (v_left + (v_right + 20261) * (v_right + 20261) * 7919 / 2048) % 21952;
    v_right := (v_right + (v_left + 77003) * (v_left + 77003) * 7919 / 2048) % 614656;
    v_left := (v_left + (v_right + 41117) * (v_right + 41117) * 7919 / 2048) % 21952;
    v_right := (v_right + (v_left + 90001) * (v_left + 90001) * 7919 / 2048) % 614656;
    v_left := (v_left + (v_right + 10007) * (v_right + 10007) * 7919 / 2048) % 21952;
    v_right := (v_right + (v_left + 63949) * (v_left + 63949) * 7919 / 2048) % 614656;
    RETURN 'S' || substr(c_alphabet, (v_left / 784)::integer + 1, 1)
        || substr(c_alphabet, (v_left / 28 % 28)::integer + 1, 1)
        || substr(c_alphabet, (v_left % 28)::integer + 1, 1) || '-'
        || substr(c_alphabet, (v_right / 21952)::integer + 1, 1)
        || substr(c_alphabet, (v_right / 784 % 28)::integer + 1, 1)
        || substr(c_alphabet, (v_right / 28 % 28)::integer + 1, 1)
        || substr(c_alphabet, (v_right % 28)::integer + 1, 1);
END $$;
