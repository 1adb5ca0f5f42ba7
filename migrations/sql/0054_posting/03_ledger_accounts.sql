-- As before; and where something is opened, the date's lock comes first, as everywhere: who opens an account and then
-- posts must not wait for the date while somebody who has the date waits for the account.
CREATE OR REPLACE FUNCTION ledger_accounts(p_books varchar[], p_codes varchar[], p_owners bigint[], p_assets varchar[])
RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_ids bigint[];
    v_open_on date;
    c_look_up CONSTANT integer := 2;
BEGIN
    FOR attempt IN 1 .. c_look_up LOOP
        SELECT array_agg(a.id ORDER BY asked.place) INTO v_ids
        FROM unnest(p_books, p_codes, p_owners, p_assets) WITH ORDINALITY asked (book, code, owner, asset, place)
        LEFT JOIN account a USING (code, book, asset, owner);
        EXIT WHEN attempt = c_look_up OR array_position(v_ids, NULL) IS NULL;
        PERFORM ledger_lock_date(false);
        SELECT open_on INTO STRICT v_open_on FROM book;
        INSERT INTO compartment (book, asset)
        SELECT DISTINCT asked.book, asked.asset
        FROM unnest(p_books, p_assets) asked (book, asset)
        WHERE NOT EXISTS (
            SELECT FROM compartment c WHERE c.book = asked.book AND c.asset = asked.asset
        )
        ORDER BY asked.book, asked.asset
        ON CONFLICT DO NOTHING;
        WITH opened AS (
            INSERT INTO account (id, compartment, book, code, owner, asset)
            SELECT (c.id::bigint << 40) + nextval('account_id_seq'), c.id, missing.*
            FROM (
                SELECT DISTINCT asked.book, asked.code, asked.owner, asked.asset
                FROM unnest(p_books, p_codes, p_owners, p_assets, v_ids) asked (book, code, owner, asset, id)
                WHERE asked.id IS NULL
            ) missing
            JOIN compartment c USING (book, asset)
            ORDER BY missing.code, missing.book, missing.asset, missing.owner
            ON CONFLICT DO NOTHING
            RETURNING id, code
        )
        INSERT INTO balance (account_id, sign, amount, held, floor, moved_on, opening)
        SELECT opened.id, CASE chart.side WHEN 'debit' THEN 1 ELSE -1 END, 0, 0, 0, v_open_on, 0
        FROM opened JOIN chart USING (code) WHERE chart.floored;
    END LOOP;
    RETURN v_ids;
END $$;
