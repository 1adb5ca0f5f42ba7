-- The balance at the end of a date on or after the one being closed; for earlier dates see ledger_balance.
CREATE FUNCTION ledger_close(p_balance balance, p_on date) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN p_balance.moved_on > p_on THEN p_balance.opening ELSE p_balance.amount END
$$;

-- An account's balance on its normal side at the end of a date (by default: as of now).
CREATE FUNCTION ledger_balance(p_account_id bigint, p_on date DEFAULT 'infinity') RETURNS bigint
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    v_balance balance;
BEGIN
    SELECT * INTO v_balance FROM balance WHERE account_id = p_account_id;
    IF NOT FOUND THEN
        RETURN (
            SELECT CASE chart.side WHEN 'debit' THEN 1 ELSE -1 END
                * coalesce(sum(summed.debits - summed.credits), 0)
            FROM account
            JOIN chart USING (code)
            LEFT JOIN (
                SELECT debits, credits FROM rollup WHERE account_id = p_account_id AND business_date <= p_on
                UNION ALL
                SELECT debits, credits FROM rollup_tail WHERE account_id = p_account_id AND business_date <= p_on
            ) summed ON true
            WHERE account.id = p_account_id
            GROUP BY chart.side
        );
    ELSIF v_balance.moved_on <= p_on THEN
        RETURN v_balance.amount;
    END IF;
    RETURN v_balance.amount - v_balance.sign * (
        SELECT coalesce(sum(later.amount), 0)
        FROM (
            SELECT t.amount FROM transfer t JOIN entry e ON e.id = t.entry_id
            WHERE t.debit_id = p_account_id AND e.business_date > p_on
            UNION ALL
            SELECT -t.amount FROM transfer t JOIN entry e ON e.id = t.entry_id
            WHERE t.credit_id = p_account_id AND e.business_date > p_on
        ) later
    );
END $$;
