-- The balance before the latest date that moves it, once entries of that date (`p_in_closing`: of the date being
-- closed, while the open one runs) are added.
CREATE FUNCTION ledger_opening(p_balance balance, p_open_on date, p_latest_on date, p_in_closing bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_balance.moved_on < p_latest_on AND p_latest_on = p_open_on
            THEN p_balance.amount + p_balance.sign * p_in_closing
        WHEN p_balance.moved_on < p_latest_on THEN p_balance.amount
        WHEN p_balance.moved_on = p_open_on THEN p_balance.opening + p_balance.sign * p_in_closing
        ELSE p_balance.opening
    END
$$;

-- Adds what entries moved: to balance rows, or to the tail of the accounts that have none. One place of the arrays
-- is one account of one entry. An account without a row is known by the update's not finding one, so neither
-- accounts nor the chart are looked up here.
CREATE FUNCTION ledger_apply(
    p_accounts bigint[], p_entries bigint[], p_on date[], p_debits bigint[], p_credits bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH moved AS MATERIALIZED (
        SELECT * FROM unnest(p_accounts, p_entries, p_on, p_debits, p_credits)
            moved (account_id, entry_id, business_date, debits, credits)
    ), delta AS (
        SELECT account_id, max(business_date) AS latest_on,
            coalesce(sum(debits - credits) FILTER (WHERE business_date = book.open_on), 0)::bigint AS in_open,
            coalesce(sum(debits - credits) FILTER (WHERE business_date < book.open_on), 0)::bigint AS in_closing
        FROM moved CROSS JOIN book GROUP BY account_id, book.open_on ORDER BY account_id
    ), updated AS (
        UPDATE balance SET
            amount = balance.amount + balance.sign * (delta.in_closing + delta.in_open),
            opening = ledger_opening(balance, book.open_on, delta.latest_on, delta.in_closing),
            moved_on = greatest(balance.moved_on, delta.latest_on)
        FROM delta CROSS JOIN book
        WHERE balance.account_id = delta.account_id
        RETURNING balance.account_id
    )
    INSERT INTO rollup_tail (account_id, entry_id, business_date, debits, credits)
    SELECT account_id, entry_id, business_date, debits, credits FROM moved
    WHERE account_id NOT IN (SELECT account_id FROM updated);
END $$;
