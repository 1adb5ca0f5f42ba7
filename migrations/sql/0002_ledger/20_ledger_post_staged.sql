-- One entry from the transfers in the session's temporary table staged_transfer, whose order does not matter: they
-- are written in the order of their accounts. Net sums are held against floors: only the accounts that fall are
-- locked and looked at before. Answers like ledger_post; account_place is then the account's id.
CREATE FUNCTION ledger_post_staged(
    p_now timestamptz, p_actor varchar, p_key varchar, p_kind varchar, p_on date, p_value_on date, p_about_on date,
    p_about varchar, p_reverses bigint
) RETURNS ledger_outcome
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    v_book book;
    v_hash bytea;
    v_known record;
    v_answer ledger_outcome;
    v_ids bigint[];
    v_debits bigint[];
    v_credits bigint[];
    v_falling bigint[];
    v_net bigint[];
    v_found bigint;
BEGIN
    PERFORM ledger_lock_date(false);
    SELECT * INTO STRICT v_book FROM book WHERE id = 1;
    SELECT array_agg(moved.account_id), array_agg(moved.debits), array_agg(moved.credits)
    INTO v_ids, v_debits, v_credits
    FROM (
        SELECT leg.account_id, sum(leg.debits)::bigint AS debits, sum(leg.credits)::bigint AS credits
        FROM (
            SELECT debit_id AS account_id, amount AS debits, 0::bigint AS credits FROM staged_transfer
            UNION ALL
            SELECT credit_id, 0, amount FROM staged_transfer
        ) leg
        GROUP BY leg.account_id ORDER BY leg.account_id
    ) moved;
    SELECT look.hash, look.known, look.falling, look.net INTO v_hash, v_found, v_falling, v_net
    FROM ledger_staged_look(p_key, p_kind, p_value_on, p_about_on, p_about, p_reverses, v_ids, v_debits, v_credits)
        look;
    v_answer.place := 1;
    IF v_found <> (SELECT count(*) FROM staged_transfer) THEN
        RAISE EXCEPTION 'a staged transfer names an account that was never opened'
            USING ERRCODE = 'foreign_key_violation', TABLE = 'transfer';
    END IF;
    IF v_hash IS NULL THEN
        v_answer.outcome := 'empty';
        RETURN v_answer;
    END IF;
    SELECT net.account_id, locked.amount - locked.held - locked.floor, -locked.sign * net.amount
    INTO v_answer.account_place, v_answer.available, v_answer.requested
    FROM ledger_lock_balances(v_falling, p_now) locked
    JOIN unnest(v_falling, v_net) net (account_id, amount) USING (account_id)
    WHERE locked.amount - locked.held - locked.floor + locked.sign * net.amount < 0
    ORDER BY net.account_id LIMIT 1;

    SELECT * INTO v_known FROM ledger_known(ARRAY[p_key], ARRAY[v_hash], ARRAY[p_on], ARRAY[true]);
    IF FOUND THEN
        v_answer.outcome := CASE WHEN v_known.same THEN 'replayed' ELSE 'conflict' END;
        v_answer.entry_id := v_known.entry_id;
    ELSIF EXISTS (SELECT FROM entry WHERE reverses = p_reverses) THEN
        v_answer.outcome := 'reversed';
    ELSIF p_on <> v_book.open_on AND p_on IS DISTINCT FROM v_book.closing_on THEN
        v_answer.outcome := 'day_closed';
    ELSIF v_answer.account_place IS NOT NULL THEN
        v_answer.outcome := 'insufficient';
    ELSE
        v_answer.outcome := 'posted';
        v_answer.entry_id := nextval('entry_id_seq');
        INSERT INTO entry (id, key, kind, business_date, value_on, about_on, posted_at, actor, about, reverses,
            reference, content_hash)
        VALUES (v_answer.entry_id, p_key, p_kind, p_on, p_value_on, p_about_on, p_now, p_actor, p_about::jsonb,
            p_reverses, ledger_reference(v_answer.entry_id),
            ledger_content_hash(v_hash, v_answer.entry_id, p_on, p_now, p_actor))
        ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'key % was taken meanwhile', p_key USING ERRCODE = 'serialization_failure';
        END IF;
        INSERT INTO transfer (entry_id, position, debit_id, credit_id, amount)
        SELECT v_answer.entry_id, row_number() OVER (ORDER BY debit_id, credit_id, amount),
            debit_id, credit_id, amount
        FROM staged_transfer ORDER BY debit_id, credit_id, amount;
        -- As ledger_apply does, for one entry of one date.
        WITH moved AS MATERIALIZED (
            SELECT * FROM unnest(v_ids, v_debits, v_credits) moved (account_id, debits, credits)
        ), updated AS (
            UPDATE balance SET
                amount = balance.amount + balance.sign * (moved.debits - moved.credits),
                opening = ledger_opening(balance, v_book.open_on, p_on,
                    CASE WHEN p_on < v_book.open_on THEN moved.debits - moved.credits ELSE 0 END),
                moved_on = greatest(balance.moved_on, p_on)
            FROM moved WHERE balance.account_id = moved.account_id
            RETURNING balance.account_id
        )
        INSERT INTO rollup_tail (account_id, entry_id, business_date, debits, credits)
        SELECT account_id, v_answer.entry_id, p_on, debits, credits FROM moved
        WHERE account_id NOT IN (SELECT account_id FROM updated);
    END IF;
    TRUNCATE staged_transfer;
    v_answer.reference := ledger_reference(v_answer.entry_id);
    RETURN v_answer;
END $$;
