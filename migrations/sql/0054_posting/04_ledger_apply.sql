-- As before, one place of the arrays being one leg of an entry; the only row of `book` is read once and not joined to
-- each account, and the tail is looked at only where an account had no balance row.
CREATE OR REPLACE FUNCTION ledger_apply(
    p_accounts bigint[], p_entries bigint[], p_on date[], p_debits bigint[], p_credits bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_open_on date;
    v_without_row bigint;
BEGIN
    SELECT open_on INTO STRICT v_open_on FROM book WHERE id = 1;
    WITH delta AS MATERIALIZED (
        SELECT account_id, max(business_date) AS latest_on,
            coalesce(sum(debits - credits) FILTER (WHERE business_date = v_open_on), 0)::bigint AS in_open,
            coalesce(sum(debits - credits) FILTER (WHERE business_date < v_open_on), 0)::bigint AS in_closing
        FROM unnest(p_accounts, p_on, p_debits, p_credits) moved (account_id, business_date, debits, credits)
        GROUP BY account_id
    ), updated AS (
        UPDATE balance SET
            amount = balance.amount + balance.sign * (delta.in_closing + delta.in_open),
            opening = ledger_opening(balance, v_open_on, delta.latest_on, delta.in_closing),
            moved_on = greatest(balance.moved_on, delta.latest_on)
        FROM delta WHERE balance.account_id = delta.account_id
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM delta) - (SELECT count(*) FROM updated) INTO v_without_row;
    IF v_without_row > 0 THEN
        INSERT INTO rollup_tail (account_id, entry_id, business_date, debits, credits)
        SELECT account_id, entry_id, business_date, sum(debits), sum(credits)
        FROM unnest(p_accounts, p_entries, p_on, p_debits, p_credits)
            moved (account_id, entry_id, business_date, debits, credits)
        WHERE NOT EXISTS (SELECT FROM balance WHERE balance.account_id = moved.account_id)
        GROUP BY account_id, entry_id, business_date;
    END IF;
END $$;
