CREATE FUNCTION ledger_account(p_code varchar, p_owner bigint, p_asset varchar, p_book varchar DEFAULT 'INST')
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_id bigint;
BEGIN
    SELECT id INTO v_id FROM account
    WHERE code = p_code AND book = p_book AND asset = p_asset AND owner = p_owner;
    RETURN coalesce(v_id, (ledger_accounts(ARRAY[p_book], ARRAY[p_code], ARRAY[p_owner], ARRAY[p_asset]))[1]);
END $$;
