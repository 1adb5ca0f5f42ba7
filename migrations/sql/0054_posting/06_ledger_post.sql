-- The same for accounts by their natural keys, opened where they are missing.
CREATE OR REPLACE FUNCTION ledger_post(
    p_now timestamptz, p_actor varchar, p_atomic boolean,
    p_books varchar[], p_codes varchar[], p_owners bigint[], p_assets varchar[],
    p_keys varchar[], p_kinds varchar[], p_on date[], p_on_given boolean[], p_value_on date[], p_about_on date[],
    p_about varchar[], p_reverses bigint[], p_captures bigint[],
    p_entry integer[], p_debit integer[], p_credit integer[], p_amount bigint[]
) RETURNS SETOF ledger_outcome
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM ledger_lock_date(false);
    RETURN QUERY SELECT * FROM ledger_post_on(
        p_now, p_actor, p_atomic, ledger_accounts(p_books, p_codes, p_owners, p_assets),
        (
            SELECT string_agg(ledger_path(book, code, owner, asset), E'\n' ORDER BY place)
            FROM unnest(p_books, p_codes, p_owners, p_assets) WITH ORDINALITY asked (book, code, owner, asset, place)
        ),
        p_keys, p_kinds, p_on, p_on_given, p_value_on, p_about_on, p_about, p_reverses, p_captures, p_entry, p_debit, p_credit, p_amount);
END $$;
