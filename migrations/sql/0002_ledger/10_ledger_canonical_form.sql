-- The canonical form, version 1. `verify` and the tests' own implementation in Python follow it to the byte.

CREATE FUNCTION ledger_path(p_book varchar, p_code varchar, p_owner bigint, p_asset varchar) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT p_book || ':' || p_code || ':' || p_owner::text || ':' || p_asset $$;

-- What the caller asked for: two requests with the same key and another hash are two different things.
-- `p_lines` is one line for each transfer in order: debit path > credit path = amount.
CREATE FUNCTION ledger_request_hash(
    p_kind varchar, p_key varchar, p_value_on date, p_about_on date, p_reverses bigint, p_about jsonb, p_lines text
) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(
        p_kind || E'\n' || p_key || E'\n' || coalesce(to_char(p_value_on, 'YYYY-MM-DD'), '') || E'\n'
        || coalesce(to_char(p_about_on, 'YYYY-MM-DD'), '') || E'\n' || coalesce(p_reverses::text, '') || E'\n'
        || p_about::text || E'\n' || p_lines, 'UTF8'))
$$;

-- What was written: the request, and where and when it went into the book. The first byte is the form's version.
CREATE FUNCTION ledger_content_hash(
    p_request_hash bytea, p_entry_id bigint, p_business_date date, p_posted_at timestamptz, p_actor varchar
) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT '\x01'::bytea || sha256(p_request_hash || convert_to(
        p_entry_id || E'\n' || to_char(p_business_date, 'YYYY-MM-DD') || E'\n'
        || to_char(p_posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || E'\n' || p_actor, 'UTF8'))
$$;

CREATE FUNCTION ledger_seal_head(p_on date, p_previous bytea, p_entries bigint, p_hashes bytea) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(p_previous || convert_to(
        to_char(p_on, 'YYYY-MM-DD') || E'\n' || p_entries || E'\n', 'UTF8') || p_hashes)
$$;
