-- The commonest posting: one entry of one transfer, on the open day, which captures nothing. It decides under the locks
-- of ledger_post_on, in its order: the date, the balances in id order, the key. What is not plain sailing is handed to
-- that one before anything is written: an account that is not open yet, another date, holds, too little money, a key
-- that stands already.
CREATE OR REPLACE FUNCTION ledger_post_one(
    p_now timestamptz, p_actor varchar, p_key varchar, p_kind varchar, p_on date, p_on_given boolean,
    p_value_on date, p_about_on date, p_about varchar, p_book varchar, p_asset varchar,
    p_debit_code varchar, p_debit_owner bigint, p_credit_code varchar, p_credit_owner bigint, p_amount bigint
) RETURNS ledger_outcome
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    v_open_on date;
    v_debit bigint;
    v_credit bigint;
    v_first_room bigint;
    v_second_room bigint;
    v_about jsonb := p_about;
    v_answer ledger_outcome;
BEGIN
    PERFORM ledger_lock_date(false);
    SELECT book.open_on, debit.id, credit.id INTO v_open_on, v_debit, v_credit
    FROM book
    JOIN account debit ON debit.code = p_debit_code AND debit.book = p_book AND debit.asset = p_asset
        AND debit.owner = p_debit_owner
    JOIN account credit ON credit.code = p_credit_code AND credit.book = p_book AND credit.asset = p_asset
        AND credit.owner = p_credit_owner
    WHERE book.id = 1;
    IF v_open_on = p_on THEN
        -- What the entry would leave above each floor: NULL of an account without one, -1 where there are holds.
        SELECT CASE
            WHEN held > 0 THEN -1
            ELSE amount - floor + sign * CASE account_id WHEN v_debit THEN p_amount ELSE -p_amount END
        END INTO v_first_room
        FROM balance WHERE account_id = least(v_debit, v_credit) FOR NO KEY UPDATE;
        SELECT CASE
            WHEN held > 0 THEN -1
            ELSE amount - floor + sign * CASE account_id WHEN v_debit THEN p_amount ELSE -p_amount END
        END INTO v_second_room
        FROM balance WHERE account_id = greatest(v_debit, v_credit) FOR NO KEY UPDATE;
        IF least(v_first_room, v_second_room, 0) = 0 THEN
            v_answer.entry_id := nextval('entry_id_seq');
            v_answer.reference := ledger_reference(v_answer.entry_id);
            INSERT INTO entry (id, key, kind, business_date, value_on, about_on, posted_at, actor, about,
                reference, content_hash)
            VALUES (v_answer.entry_id, p_key, p_kind, p_on, p_value_on, p_about_on, p_now, p_actor, v_about,
                v_answer.reference, ledger_content_hash(
                    ledger_request_hash(p_kind, p_key, p_value_on, p_about_on, NULL, v_about,
                        ledger_path(p_book, p_debit_code, p_debit_owner, p_asset) || '>'
                        || ledger_path(p_book, p_credit_code, p_credit_owner, p_asset) || '=' || p_amount::text),
                    v_answer.entry_id, p_on, p_now, p_actor))
            ON CONFLICT (key) DO NOTHING;
            IF FOUND THEN
                INSERT INTO transfer (entry_id, position, debit_id, credit_id, amount)
                VALUES (v_answer.entry_id, 1, v_debit, v_credit, p_amount);
                UPDATE balance SET
                    amount = amount + sign * CASE account_id WHEN v_debit THEN p_amount ELSE -p_amount END,
                    opening = CASE WHEN moved_on < p_on THEN amount ELSE opening END,
                    moved_on = p_on
                WHERE account_id IN (v_debit, v_credit);
                IF v_first_room IS NULL OR v_second_room IS NULL THEN
                    INSERT INTO rollup_tail (account_id, entry_id, business_date, debits, credits)
                    SELECT account_id, v_answer.entry_id, p_on, debits, credits
                    FROM (VALUES (v_debit, p_amount, 0), (v_credit, 0, p_amount)) leg (account_id, debits, credits)
                    WHERE NOT EXISTS (SELECT FROM balance WHERE balance.account_id = leg.account_id);
                END IF;
                v_answer.place := 1;
                v_answer.outcome := 'posted';
                RETURN v_answer;
            END IF;
            v_answer := NULL;
        END IF;
    END IF;
    SELECT * INTO v_answer FROM ledger_post_on(
        p_now, p_actor, false,
        ledger_accounts(ARRAY[p_book, p_book], ARRAY[p_debit_code, p_credit_code],
            ARRAY[p_debit_owner, p_credit_owner], ARRAY[p_asset, p_asset]),
        ledger_path(p_book, p_debit_code, p_debit_owner, p_asset) || E'\n'
            || ledger_path(p_book, p_credit_code, p_credit_owner, p_asset),
        ARRAY[p_key], ARRAY[p_kind], ARRAY[p_on], ARRAY[p_on_given], ARRAY[p_value_on], ARRAY[p_about_on],
        ARRAY[p_about], NULL, ARRAY[1], ARRAY[1], ARRAY[2], ARRAY[p_amount]);
    RETURN v_answer;
END $$;
