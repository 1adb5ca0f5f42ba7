CREATE FUNCTION ledger_seal(p_on date, p_now timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO seal (business_date, entries, previous, head, sealed_at)
    SELECT p_on, day.entries, chain.previous, ledger_seal_head(p_on, chain.previous, day.entries, day.hashes), p_now
    FROM (
        SELECT count(*) AS entries, coalesce(string_agg(content_hash, ''::bytea ORDER BY id), '') AS hashes
        FROM entry WHERE business_date = p_on
    ) day
    CROSS JOIN (
        SELECT coalesce(
            (SELECT head FROM seal ORDER BY business_date DESC LIMIT 1), decode(repeat('00', 32), 'hex')
        ) AS previous
    ) chain
$$;
