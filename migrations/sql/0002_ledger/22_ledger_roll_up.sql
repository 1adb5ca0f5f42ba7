-- Takes rows from the tail and adds them up. A late commit cannot be lost: its rows only appear once it commits, and
-- are then simply the next to be taken.
CREATE FUNCTION ledger_roll_up() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_rows bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(1398100822);
    WITH taken AS (
        DELETE FROM rollup_tail RETURNING account_id, business_date, debits, credits
    ), added AS (
        INSERT INTO rollup AS r (account_id, business_date, debits, credits)
        SELECT account_id, business_date, sum(debits), sum(credits) FROM taken GROUP BY account_id, business_date
        ON CONFLICT (account_id, business_date) DO UPDATE
        SET debits = r.debits + excluded.debits, credits = r.credits + excluded.credits
    )
    SELECT count(*) INTO v_rows FROM taken;
    RETURN v_rows;
END $$;
