-- What the transfers in staged_transfer ask for as one hash, how many of them name accounts that exist, and which
-- floored accounts fall by how much (debits less credits). Each path is made once and the joins are hashed: of ten
-- thousand rows nothing else is quick.
CREATE FUNCTION ledger_staged_look(
    p_key varchar, p_kind varchar, p_value_on date, p_about_on date, p_about varchar, p_reverses bigint,
    p_ids bigint[], p_debits bigint[], p_credits bigint[],
    OUT hash bytea, OUT known bigint, OUT falling bigint[], OUT net bigint[]
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_nestloop = off AS $$
BEGIN
    WITH named AS MATERIALIZED (
        SELECT id, code, ledger_path(book, code, owner, asset) AS path FROM account WHERE id = ANY (p_ids)
    ), fallen AS (
        SELECT array_agg(named.id) AS ids, array_agg(moved.debits - moved.credits) AS net
        FROM unnest(p_ids, p_debits, p_credits) moved (id, debits, credits)
        JOIN named USING (id) JOIN chart USING (code)
        WHERE chart.floored
            AND CASE chart.side WHEN 'debit' THEN moved.debits < moved.credits ELSE moved.debits > moved.credits END
    ), asked AS (
        SELECT count(*) AS lines, string_agg(d.path || '>' || c.path || '=' || t.amount::text, E'\n'
            ORDER BY t.debit_id, t.credit_id, t.amount) AS lined
        FROM staged_transfer t JOIN named d ON d.id = t.debit_id JOIN named c ON c.id = t.credit_id
    )
    SELECT ledger_request_hash(p_kind, p_key, p_value_on, p_about_on, p_reverses, p_about::jsonb, asked.lined),
        asked.lines, fallen.ids, fallen.net
    INTO hash, known, falling, net
    FROM asked CROSS JOIN fallen;
END $$;
