-- Holds share the date's lock too, though they have no date: who holds and then posts must not wait for the date with a
-- balance row already locked.

-- For who decides over many balances at once and then posts: what is read after it stands until the unit ends. The
-- date's lock comes first, as everywhere.
CREATE FUNCTION ledger_lock(p_ids bigint[], p_now timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM ledger_lock_date(false);
    PERFORM ledger_lock_balances(p_ids, p_now);
END $$;

CREATE FUNCTION ledger_hold(
    p_now timestamptz, p_account_id bigint, p_amount bigint, p_key varchar, p_expires_at timestamptz,
    OUT outcome varchar, OUT hold_id bigint, OUT available bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_known hold;
BEGIN
    PERFORM ledger_lock_date(false);
    SELECT amount - held - floor INTO STRICT available FROM ledger_lock_balances(ARRAY[p_account_id], p_now);
    SELECT * INTO v_known FROM hold WHERE key = p_key;
    IF FOUND THEN
        outcome := CASE
            WHEN (v_known.account_id, v_known.amount) = (p_account_id, p_amount) THEN 'replayed' ELSE 'conflict'
        END;
        hold_id := v_known.id;
    ELSIF available < p_amount THEN
        outcome := 'insufficient';
    ELSE
        outcome := 'held';
        INSERT INTO hold (account_id, amount, key, created_at, expires_at, state)
        VALUES (p_account_id, p_amount, p_key, p_now, p_expires_at, 'held') RETURNING id INTO hold_id;
        UPDATE balance SET held = held + p_amount WHERE account_id = p_account_id;
    END IF;
END $$;

-- Answers with the state that the hold is left in.
CREATE FUNCTION ledger_release(p_now timestamptz, p_hold_id bigint) RETURNS varchar
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_hold hold;
BEGIN
    PERFORM ledger_lock_date(false);
    SELECT * INTO v_hold FROM hold WHERE id = p_hold_id;
    PERFORM ledger_lock_balances(ARRAY[v_hold.account_id], p_now);
    UPDATE hold SET state = 'released', ended_at = p_now WHERE id = p_hold_id AND state = 'held';
    IF FOUND THEN
        UPDATE balance SET held = held - v_hold.amount WHERE account_id = v_hold.account_id;
    END IF;
    RETURN (SELECT state FROM hold WHERE id = p_hold_id);
END $$;

CREATE FUNCTION ledger_set_floor(p_account_id bigint, p_floor bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE balance SET floor = p_floor WHERE account_id = p_account_id
$$;
