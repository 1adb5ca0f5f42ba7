-- How keys that already stand in the book are answered. The date counts only when the caller named it: a request
-- repeated after midnight is still the same request.
CREATE FUNCTION ledger_known(p_keys varchar[], p_hashes bytea[], p_on date[], p_on_given boolean[])
RETURNS TABLE (place integer, entry_id bigint, same boolean) LANGUAGE sql STABLE AS $$
    SELECT asked.place::integer, e.id,
        e.content_hash = ledger_content_hash(asked.hash, e.id, e.business_date, e.posted_at, e.actor)
        AND (e.business_date = asked.on_date OR NOT asked.on_given)
    FROM unnest(p_keys, p_hashes, p_on, p_on_given) WITH ORDINALITY asked (key, hash, on_date, on_given, place)
    JOIN entry e USING (key)
$$;
