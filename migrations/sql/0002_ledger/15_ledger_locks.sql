-- Everybody who posts shares this lock until commit; who moves the date or seals a day takes it alone.
CREATE FUNCTION ledger_lock_date(p_alone boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF p_alone THEN
        PERFORM pg_advisory_xact_lock(1398100821);
    ELSE
        PERFORM pg_advisory_xact_lock_shared(1398100821);
    END IF;
END $$;

-- Locks balance rows in id order, frees what expired holds reserved, and answers with the rows as they are then.
CREATE FUNCTION ledger_lock_balances(p_ids bigint[], p_now timestamptz) RETURNS SETOF balance
LANGUAGE plpgsql AS $$
DECLARE
    v_held boolean;
BEGIN
    SELECT bool_or(locked.held > 0) INTO v_held
    FROM (
        SELECT held FROM balance WHERE account_id = ANY (p_ids) ORDER BY account_id FOR NO KEY UPDATE
    ) locked;
    IF v_held THEN
        WITH expired AS (
            UPDATE hold SET state = 'expired', ended_at = p_now
            WHERE state = 'held' AND account_id = ANY (p_ids) AND expires_at <= p_now
            RETURNING account_id, amount
        )
        UPDATE balance SET held = held - freed.amount
        FROM (SELECT account_id, sum(amount) AS amount FROM expired GROUP BY account_id) freed
        WHERE balance.account_id = freed.account_id;
    END IF;
    RETURN QUERY SELECT * FROM balance WHERE account_id = ANY (p_ids);
END $$;
