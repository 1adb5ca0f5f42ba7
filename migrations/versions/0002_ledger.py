"""Accounts, entries, transfers, balances, holds, seals, and the functions that alone may write them.

The functions run as the owner of the schema (`SECURITY DEFINER`), and the service's role may only read the tables:
there is no other way to write to the book than to post. They are PL/pgSQL and not one large statement, because each
statement in them sees what committed while the one before waited for its locks.
"""

from __future__ import annotations

from alembic import op

from finance_core.ledger.chart import CHART

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = [
    """
    CREATE TABLE chart (
        code varchar CONSTRAINT pk_chart PRIMARY KEY,
        name varchar NOT NULL,
        kind varchar NOT NULL,
        side varchar NOT NULL,
        owned_by varchar,
        floored boolean NOT NULL,
        client_money boolean NOT NULL,
        CONSTRAINT ck_chart_known_side CHECK (side IN ('debit', 'credit')),
        CONSTRAINT ck_chart_known_kind
            CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense', 'memo', 'register'))
    )
    """,
    # One asset in one book. An account's id carries its compartment above bit 40, so that a plain CHECK keeps every
    # transfer inside one.
    """
    CREATE TABLE compartment (
        id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_compartment PRIMARY KEY,
        book varchar NOT NULL,
        asset varchar NOT NULL,
        CONSTRAINT uq_compartment_book_asset UNIQUE (book, asset),
        CONSTRAINT uq_compartment_id_book_asset UNIQUE (id, book, asset),
        CONSTRAINT ck_compartment_book_name CHECK (book = 'INST' OR book ~ '^(FUND|REG):[A-Za-z0-9_+-]+$'),
        CONSTRAINT ck_compartment_asset_code CHECK (asset ~ '^[A-Z0-9_+-]+$')
    )
    """,
    "CREATE SEQUENCE account_id_seq",
    """
    CREATE TABLE account (
        id bigint CONSTRAINT pk_account PRIMARY KEY,
        compartment integer NOT NULL,
        book varchar NOT NULL,
        code varchar NOT NULL CONSTRAINT fk_account_code REFERENCES chart (code),
        owner bigint NOT NULL,
        asset varchar NOT NULL,
        CONSTRAINT uq_account_code_book_asset_owner UNIQUE (code, book, asset, owner),
        CONSTRAINT fk_account_compartment_book_asset
            FOREIGN KEY (compartment, book, asset) REFERENCES compartment (id, book, asset),
        CONSTRAINT ck_account_id_in_compartment CHECK (id >> 40 = compartment),
        CONSTRAINT ck_account_book_of_code CHECK (
            (code LIKE 'F%') = (book LIKE 'FUND:%') AND (code LIKE 'U%') = (book LIKE 'REG:%')
        )
    )
    """,
    # Room on each page keeps the updates of a balance on it, and its index untouched.
    """
    CREATE TABLE balance (
        account_id bigint CONSTRAINT pk_balance PRIMARY KEY
            CONSTRAINT fk_balance_account_id REFERENCES account (id),
        sign smallint NOT NULL,
        amount bigint NOT NULL,
        held bigint NOT NULL,
        floor bigint NOT NULL,
        moved_on date NOT NULL,
        opening bigint NOT NULL,
        CONSTRAINT ck_balance_sign CHECK (sign IN (1, -1)),
        CONSTRAINT ck_balance_floor CHECK (amount - held >= floor),
        CONSTRAINT ck_balance_held CHECK (held >= 0),
        CONSTRAINT ck_balance_credit_line CHECK (floor <= 0)
    ) WITH (fillfactor = 70)
    """,
    "CREATE SEQUENCE entry_id_seq",
    """
    CREATE TABLE entry (
        id bigint CONSTRAINT pk_entry PRIMARY KEY,
        key varchar NOT NULL CONSTRAINT uq_entry_key UNIQUE,
        kind varchar NOT NULL,
        business_date date NOT NULL,
        value_on date,
        about_on date,
        posted_at timestamptz NOT NULL,
        actor varchar NOT NULL,
        about jsonb NOT NULL,
        reverses bigint CONSTRAINT fk_entry_reverses REFERENCES entry (id),
        reference varchar NOT NULL CONSTRAINT uq_entry_reference UNIQUE,
        content_hash bytea NOT NULL,
        CONSTRAINT ck_entry_kind_word CHECK (kind ~ '^[a-z][a-z0-9_.]*$'),
        CONSTRAINT ck_entry_key_line CHECK (key ~ '^[^[:cntrl:]]+$' AND length(key) <= 200),
        CONSTRAINT ck_entry_about_object CHECK (jsonb_typeof(about) = 'object'),
        CONSTRAINT ck_entry_reverses_earlier CHECK (reverses < id)
    )
    """,
    "CREATE UNIQUE INDEX uq_entry_reverses ON entry (reverses) WHERE reverses IS NOT NULL",
    "CREATE INDEX ix_entry_business_date ON entry (business_date)",
    """
    CREATE TABLE transfer (
        entry_id bigint NOT NULL,
        position integer NOT NULL,
        debit_id bigint NOT NULL,
        credit_id bigint NOT NULL,
        amount bigint NOT NULL,
        CONSTRAINT pk_transfer PRIMARY KEY (entry_id, position),
        CONSTRAINT ck_transfer_amount_positive CHECK (amount > 0),
        CONSTRAINT ck_transfer_two_accounts CHECK (debit_id <> credit_id),
        CONSTRAINT ck_transfer_one_book CHECK (debit_id >> 40 = credit_id >> 40)
    )
    """,
    "CREATE INDEX ix_transfer_debit_id_entry_id ON transfer (debit_id, entry_id)",
    "CREATE INDEX ix_transfer_credit_id_entry_id ON transfer (credit_id, entry_id)",
    """
    CREATE TABLE hold (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_hold PRIMARY KEY,
        account_id bigint NOT NULL CONSTRAINT fk_hold_account_id REFERENCES account (id),
        amount bigint NOT NULL,
        key varchar NOT NULL CONSTRAINT uq_hold_key UNIQUE,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        state varchar NOT NULL,
        ended_at timestamptz,
        entry_id bigint,
        CONSTRAINT ck_hold_amount_positive CHECK (amount > 0),
        CONSTRAINT ck_hold_known_state CHECK (state IN ('held', 'captured', 'released', 'expired')),
        CONSTRAINT ck_hold_captured_by CHECK ((state = 'captured') = (entry_id IS NOT NULL)),
        CONSTRAINT ck_hold_ended CHECK ((state = 'held') = (ended_at IS NULL))
    )
    """,
    "CREATE INDEX ix_hold_account_id ON hold (account_id) WHERE state = 'held'",
    """
    CREATE TABLE rollup (
        account_id bigint NOT NULL,
        business_date date NOT NULL,
        debits bigint NOT NULL,
        credits bigint NOT NULL,
        CONSTRAINT pk_rollup PRIMARY KEY (account_id, business_date)
    )
    """,
    """
    CREATE TABLE rollup_tail (
        account_id bigint NOT NULL,
        entry_id bigint NOT NULL,
        business_date date NOT NULL,
        debits bigint NOT NULL,
        credits bigint NOT NULL,
        CONSTRAINT pk_rollup_tail PRIMARY KEY (account_id, entry_id)
    )
    """,
    """
    CREATE TABLE seal (
        business_date date CONSTRAINT pk_seal PRIMARY KEY,
        entries bigint NOT NULL,
        previous bytea NOT NULL,
        head bytea NOT NULL,
        sealed_at timestamptz NOT NULL
    )
    """,
    """
    REVOKE INSERT, UPDATE, DELETE
    ON chart, compartment, account, balance, entry, transfer, hold, rollup, rollup_tail, seal
    FROM susu_app
    """,
]

# The triggers fire ALWAYS: neither the owner nor a session that replays another database's log slips past them.
GUARDS = [
    """
    CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    *(
        statement
        for table in ("compartment", "account", "entry", "transfer", "seal")
        for statement in (
            f"""
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
            """,
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only",
        )
    ),
]

# The canonical form, version 1. `verify` and the tests' own implementation in Python follow it to the byte.
FORMS = [
    """
    CREATE FUNCTION ledger_reference(p_entry_id bigint) RETURNS varchar LANGUAGE plpgsql IMMUTABLE STRICT AS $$
    DECLARE
        c_alphabet CONSTANT text := 'ABCDEFGHJKMNPQRTVWXYZ2346789';
        c_left CONSTANT bigint := 28 ^ 3;
        c_right CONSTANT bigint := 28 ^ 4;
        c_keys CONSTANT bigint[] := '{20261, 77003, 41117, 90001, 10007, 63949}';
        v_left bigint := (p_entry_id % (c_left * c_right)) / c_right;
        v_right bigint := (p_entry_id % (c_left * c_right)) % c_right;
        v_word text := '';
        v_number bigint;
    BEGIN
        FOR i IN 0 .. 2 LOOP
            v_left := (v_left + (v_right + c_keys[2 * i + 1]) * (v_right + c_keys[2 * i + 1]) * 7919 / 2048) % c_left;
            v_right := (v_right + (v_left + c_keys[2 * i + 2]) * (v_left + c_keys[2 * i + 2]) * 7919 / 2048) % c_right;
        END LOOP;
        v_number := v_left * c_right + v_right;
        FOR i IN 1 .. 7 LOOP
            v_word := substr(c_alphabet, (v_number % 28)::integer + 1, 1) || v_word;
            v_number := v_number / 28;
        END LOOP;
        RETURN 'S' || left(v_word, 3) || '-' || right(v_word, 4);
    END $$
    """,
    """
    CREATE FUNCTION ledger_path(p_book varchar, p_code varchar, p_owner bigint, p_asset varchar) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$ SELECT p_book || ':' || p_code || ':' || p_owner::text || ':' || p_asset $$
    """,
    # What the caller asked for: two requests with the same key and another hash are two different things.
    # `p_lines` is one line for each transfer in order: debit path > credit path = amount.
    """
    CREATE FUNCTION ledger_request_hash(
        p_kind varchar, p_key varchar, p_value_on date, p_about_on date, p_reverses bigint, p_about jsonb, p_lines text
    ) RETURNS bytea LANGUAGE sql STABLE AS $$
        SELECT sha256(convert_to(
            p_kind || E'\\n' || p_key || E'\\n' || coalesce(to_char(p_value_on, 'YYYY-MM-DD'), '') || E'\\n'
            || coalesce(to_char(p_about_on, 'YYYY-MM-DD'), '') || E'\\n' || coalesce(p_reverses::text, '') || E'\\n'
            || p_about::text || E'\\n' || p_lines, 'UTF8'))
    $$
    """,
    # What was written: the request, and where and when it went into the book. The first byte is the form's version.
    """
    CREATE FUNCTION ledger_content_hash(
        p_request_hash bytea, p_entry_id bigint, p_business_date date, p_posted_at timestamptz, p_actor varchar
    ) RETURNS bytea LANGUAGE sql STABLE AS $$
        SELECT '\\x01'::bytea || sha256(p_request_hash || convert_to(
            p_entry_id || E'\\n' || to_char(p_business_date, 'YYYY-MM-DD') || E'\\n'
            || to_char(p_posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || E'\\n' || p_actor, 'UTF8'))
    $$
    """,
    """
    CREATE FUNCTION ledger_seal_head(p_on date, p_previous bytea, p_entries bigint, p_hashes bytea) RETURNS bytea
    LANGUAGE sql STABLE AS $$
        SELECT sha256(p_previous || convert_to(
            to_char(p_on, 'YYYY-MM-DD') || E'\\n' || p_entries || E'\\n', 'UTF8') || p_hashes)
    $$
    """,
]

ACCOUNTS = [
    # Several accounts by their natural keys; answers with their ids in the same order. Opened in key order, so that two
    # who open the same accounts wait for each other instead of locking each other out.
    """
    CREATE FUNCTION ledger_accounts(p_books varchar[], p_codes varchar[], p_owners bigint[], p_assets varchar[])
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
    END $$
    """,
    """
    CREATE FUNCTION ledger_account(p_code varchar, p_owner bigint, p_asset varchar, p_book varchar DEFAULT 'INST')
    RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        v_id bigint;
    BEGIN
        SELECT id INTO v_id FROM account
        WHERE code = p_code AND book = p_book AND asset = p_asset AND owner = p_owner;
        RETURN coalesce(v_id, (ledger_accounts(ARRAY[p_book], ARRAY[p_code], ARRAY[p_owner], ARRAY[p_asset]))[1]);
    END $$
    """,
    # The balance at the end of a date on or after the one being closed; for earlier dates see ledger_balance.
    """
    CREATE FUNCTION ledger_close(p_balance balance, p_on date) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE WHEN p_balance.moved_on > p_on THEN p_balance.opening ELSE p_balance.amount END
    $$
    """,
    # An account's balance on its normal side at the end of a date (by default: as of now).
    """
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
    END $$
    """,
]

# Posting looks everything up by key and is planned once: a plan made while a table was short must not be one that reads
# the whole of it when it is long.
POSTING = [
    """
    CREATE TYPE ledger_outcome AS (
        place integer, outcome varchar, entry_id bigint, reference varchar, account_place bigint, available bigint,
        requested bigint
    )
    """,
    # Everybody who posts shares this lock until commit; who moves the date or seals a day takes it alone.
    """
    CREATE FUNCTION ledger_lock_date(p_alone boolean) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF p_alone THEN
            PERFORM pg_advisory_xact_lock(1398100821);
        ELSE
            PERFORM pg_advisory_xact_lock_shared(1398100821);
        END IF;
    END $$
    """,
    # Locks balance rows in id order, frees what expired holds reserved, and answers with the rows as they are then.
    """
    CREATE FUNCTION ledger_lock_balances(p_ids bigint[], p_now timestamptz) RETURNS SETOF balance
    LANGUAGE plpgsql AS $$
    DECLARE
        v_held boolean;
    BEGIN
        SELECT bool_or(locked.held > 0) INTO v_held
        FROM (
            SELECT held FROM balance WHERE account_id = ANY (p_ids) ORDER BY account_id FOR NO KEY UPDATE
        ) locked;
        IF v_held THEN
            WITH expired AS (
                UPDATE hold SET state = 'expired', ended_at = p_now
                WHERE state = 'held' AND account_id = ANY (p_ids) AND expires_at <= p_now
                RETURNING account_id, amount
            )
            UPDATE balance SET held = held - freed.amount
            FROM (SELECT account_id, sum(amount) AS amount FROM expired GROUP BY account_id) freed
            WHERE balance.account_id = freed.account_id;
        END IF;
        RETURN QUERY SELECT * FROM balance WHERE account_id = ANY (p_ids);
    END $$
    """,
    # How keys that already stand in the book are answered. The date counts only when the caller named it: a request
    # repeated after midnight is still the same request.
    """
    CREATE FUNCTION ledger_known(p_keys varchar[], p_hashes bytea[], p_on date[], p_on_given boolean[])
    RETURNS TABLE (place integer, entry_id bigint, same boolean) LANGUAGE sql STABLE AS $$
        SELECT asked.place::integer, e.id,
            e.content_hash = ledger_content_hash(asked.hash, e.id, e.business_date, e.posted_at, e.actor)
            AND (e.business_date = asked.on_date OR NOT asked.on_given)
        FROM unnest(p_keys, p_hashes, p_on, p_on_given) WITH ORDINALITY asked (key, hash, on_date, on_given, place)
        JOIN entry e USING (key)
    $$
    """,
    # The balance before the latest date that moves it, once entries of that date (`p_in_closing`: of the date being
    # closed, while the open one runs) are added.
    """
    CREATE FUNCTION ledger_opening(p_balance balance, p_open_on date, p_latest_on date, p_in_closing bigint)
    RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE
            WHEN p_balance.moved_on < p_latest_on AND p_latest_on = p_open_on
                THEN p_balance.amount + p_balance.sign * p_in_closing
            WHEN p_balance.moved_on < p_latest_on THEN p_balance.amount
            WHEN p_balance.moved_on = p_open_on THEN p_balance.opening + p_balance.sign * p_in_closing
            ELSE p_balance.opening
        END
    $$
    """,
    # Adds what entries moved: to balance rows, or to the tail of the accounts that have none. One place of the arrays
    # is one account of one entry. An account without a row is known by the update's not finding one, so neither
    # accounts nor the chart are looked up here.
    """
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
    END $$
    """,
    # The heart. Accounts are given once each, transfers name them by their place; entries and transfers come in batch
    # order, the transfers of an entry together. Answers one row for each entry. With p_atomic one refusal holds back
    # the whole batch (`withheld`), without it each entry stands or falls alone.
    """
    CREATE FUNCTION ledger_post(
        p_now timestamptz, p_actor varchar, p_atomic boolean,
        p_books varchar[], p_codes varchar[], p_owners bigint[], p_assets varchar[],
        p_keys varchar[], p_kinds varchar[], p_on date[], p_on_given boolean[], p_value_on date[], p_about_on date[],
        p_about varchar[], p_reverses bigint[], p_captures bigint[],
        p_entry integer[], p_debit integer[], p_credit integer[], p_amount bigint[]
    ) RETURNS SETOF ledger_outcome
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
    DECLARE
        v_count CONSTANT integer := cardinality(p_keys);
        v_book book;
        v_ids bigint[];
        v_sides integer[];
        v_room bigint[];
        v_hashes bytea[];
        v_first integer[];
        v_outcome varchar[] := array_fill(NULL::varchar, ARRAY[v_count]);
        v_entry bigint[] := array_fill(NULL::bigint, ARRAY[v_count]);
        v_short bigint[] := array_fill(NULL::bigint, ARRAY[v_count]);
        v_available bigint[] := array_fill(NULL::bigint, ARRAY[v_count]);
        v_requested bigint[] := array_fill(NULL::bigint, ARRAY[v_count]);
        v_captured bigint[] := '{}';
        v_row record;
        v_hold hold;
        v_begin integer := 1;
        v_end integer;
        v_place integer;
        v_before bigint;
    BEGIN
        PERFORM ledger_lock_date(false);
        SELECT * INTO STRICT v_book FROM book WHERE id = 1;
        v_ids := ledger_accounts(p_books, p_codes, p_owners, p_assets);

        SELECT array_agg(CASE chart.side WHEN 'debit' THEN 1 ELSE -1 END ORDER BY asked.place),
            array_agg(locked.amount - locked.held - locked.floor ORDER BY asked.place)
        INTO v_sides, v_room
        FROM unnest(p_codes, v_ids) WITH ORDINALITY asked (code, id, place)
        JOIN chart USING (code)
        LEFT JOIN ledger_lock_balances(v_ids, p_now) locked ON locked.account_id = asked.id;

        SELECT array_agg(
                ledger_request_hash(asked.kind, asked.key, asked.value_on, asked.about_on, asked.reverses,
                    asked.about::jsonb, lines.lines)
                ORDER BY asked.place),
            array_agg(asked.first_place ORDER BY asked.place)
        INTO v_hashes, v_first
        FROM (
            SELECT *, min(place) OVER (PARTITION BY key) AS first_place
            FROM unnest(p_kinds, p_keys, p_value_on, p_about_on, p_reverses, p_about)
                WITH ORDINALITY each (kind, key, value_on, about_on, reverses, about, place)
        ) asked
        JOIN (
            SELECT t.entry, string_agg(
                ledger_path(p_books[t.debit], p_codes[t.debit], p_owners[t.debit], p_assets[t.debit]) || '>'
                || ledger_path(p_books[t.credit], p_codes[t.credit], p_owners[t.credit], p_assets[t.credit])
                || '=' || t.amount::text, E'\\n' ORDER BY t.place) AS lines
            FROM unnest(p_entry, p_debit, p_credit, p_amount) WITH ORDINALITY t (entry, debit, credit, amount, place)
            GROUP BY t.entry
        ) lines ON lines.entry = asked.place;

        FOR v_row IN SELECT * FROM ledger_known(p_keys, v_hashes, p_on, p_on_given) LOOP
            v_entry[v_row.place] := v_row.entry_id;
            v_outcome[v_row.place] := CASE WHEN v_row.same THEN 'replayed' ELSE 'conflict' END;
        END LOOP;
        FOR v_row IN
            SELECT asked.place::integer FROM unnest(p_reverses) WITH ORDINALITY asked (id, place)
            JOIN entry ON entry.reverses = asked.id
        LOOP
            v_outcome[v_row.place] := coalesce(v_outcome[v_row.place], 'reversed');
        END LOOP;

        FOR i IN 1 .. v_count LOOP
            v_end := v_begin;
            WHILE p_entry[v_end] = i LOOP
                v_end := v_end + 1;
            END LOOP;
            IF v_outcome[i] IS NOT NULL THEN
                NULL;
            ELSIF v_first[i] < i THEN
                v_entry[i] := v_entry[v_first[i]];
                v_outcome[i] := CASE
                    WHEN v_hashes[i] <> v_hashes[v_first[i]] OR p_on[i] <> p_on[v_first[i]] THEN 'conflict'
                    WHEN v_outcome[v_first[i]] = 'posted' THEN 'replayed'
                    ELSE v_outcome[v_first[i]]
                END;
                v_short[i] := v_short[v_first[i]];
                v_available[i] := v_available[v_first[i]];
                v_requested[i] := v_requested[v_first[i]];
            ELSIF NOT p_on_given[i] AND p_on[i] <> v_book.open_on THEN
                RAISE EXCEPTION 'the book moved on from % meanwhile', p_on[i] USING ERRCODE = 'serialization_failure';
            ELSIF p_on[i] <> v_book.open_on AND p_on[i] IS DISTINCT FROM v_book.closing_on THEN
                v_outcome[i] := 'day_closed';
            ELSE
                v_hold := NULL;
                v_place := NULL;
                IF p_captures[i] IS NOT NULL THEN
                    SELECT * INTO v_hold FROM hold WHERE id = p_captures[i] AND state = 'held';
                    v_place := array_position(v_ids, v_hold.account_id);
                    IF v_place IS NULL OR p_captures[i] = ANY (v_captured) THEN
                        v_outcome[i] := 'hold_gone';
                        v_begin := v_end;
                        CONTINUE;
                    END IF;
                    v_before := v_room[v_place];
                    v_room[v_place] := v_before + v_hold.amount;
                END IF;
                FOR j IN v_begin .. v_end - 1 LOOP
                    v_room[p_debit[j]] := v_room[p_debit[j]] + v_sides[p_debit[j]] * p_amount[j];
                    v_room[p_credit[j]] := v_room[p_credit[j]] - v_sides[p_credit[j]] * p_amount[j];
                END LOOP;
                FOR j IN v_begin .. v_end - 1 LOOP
                    EXIT WHEN v_short[i] IS NOT NULL;
                    v_short[i] := CASE
                        WHEN v_room[p_debit[j]] < 0 THEN p_debit[j]
                        WHEN v_room[p_credit[j]] < 0 THEN p_credit[j]
                    END;
                END LOOP;
                -- A capture takes what was reserved, never more of the account.
                IF v_short[i] IS NULL AND v_room[v_place] < v_before THEN
                    v_short[i] := v_place;
                END IF;
                IF v_short[i] IS NULL THEN
                    v_entry[i] := nextval('entry_id_seq');
                    v_outcome[i] := 'posted';
                    IF v_place IS NOT NULL THEN
                        v_captured := v_captured || v_hold.id;
                    END IF;
                ELSE
                    v_outcome[i] := 'insufficient';
                    v_requested[i] := v_room[v_short[i]];
                    FOR j IN v_begin .. v_end - 1 LOOP
                        v_room[p_debit[j]] := v_room[p_debit[j]] - v_sides[p_debit[j]] * p_amount[j];
                        v_room[p_credit[j]] := v_room[p_credit[j]] + v_sides[p_credit[j]] * p_amount[j];
                    END LOOP;
                    v_available[i] := CASE WHEN v_short[i] = v_place THEN v_hold.amount ELSE v_room[v_short[i]] END;
                    v_requested[i] := v_room[v_short[i]] - v_requested[i];
                    IF v_place IS NOT NULL THEN
                        v_room[v_place] := v_before;
                    END IF;
                END IF;
            END IF;
            v_begin := v_end;
        END LOOP;

        IF p_atomic AND NOT v_outcome <@ ARRAY['posted', 'replayed']::varchar[] THEN
            v_outcome := array_replace(v_outcome, 'posted', 'withheld');
        END IF;

        IF 'posted' = ANY (v_outcome) THEN
            FOR v_row IN
                WITH fresh AS (
                    SELECT v_entry[place] AS id, kind, key, on_date, value_on, about_on, reverses,
                        about::jsonb AS about, hash
                    FROM unnest(p_kinds, p_keys, p_on, p_value_on, p_about_on, p_reverses, p_about, v_hashes)
                        WITH ORDINALITY each (kind, key, on_date, value_on, about_on, reverses, about, hash, place)
                    WHERE v_outcome[place] = 'posted'
                ), inserted AS (
                    INSERT INTO entry (id, key, kind, business_date, value_on, about_on, posted_at, actor, about,
                        reverses, reference, content_hash)
                    SELECT id, key, kind, on_date, value_on, about_on, p_now, p_actor, about, reverses,
                        ledger_reference(id), ledger_content_hash(hash, id, on_date, p_now, p_actor)
                    FROM fresh ORDER BY key
                    ON CONFLICT DO NOTHING
                    RETURNING id
                )
                SELECT asked.place::integer FROM unnest(v_entry) WITH ORDINALITY asked (id, place)
                WHERE v_outcome[asked.place] = 'posted' AND asked.id NOT IN (SELECT id FROM inserted)
            LOOP
                IF p_atomic THEN
                    RAISE EXCEPTION 'key % was taken meanwhile', p_keys[v_row.place]
                        USING ERRCODE = 'serialization_failure';
                END IF;
                v_outcome[v_row.place] := 'reversed';
                v_entry[v_row.place] := NULL;
            END LOOP;
            -- Lost to one who came first: answered as known, or, when no such key stands, its reversal came first.
            IF 'reversed' = ANY (v_outcome) THEN
                FOR v_row IN SELECT * FROM ledger_known(p_keys, v_hashes, p_on, p_on_given) LOOP
                    IF v_outcome[v_row.place] = 'reversed' THEN
                        v_entry[v_row.place] := v_row.entry_id;
                        v_outcome[v_row.place] := CASE WHEN v_row.same THEN 'replayed' ELSE 'conflict' END;
                    END IF;
                END LOOP;
            END IF;

            INSERT INTO transfer (entry_id, position, debit_id, credit_id, amount)
            SELECT v_entry[t.entry], row_number() OVER (PARTITION BY t.entry ORDER BY t.place),
                v_ids[t.debit], v_ids[t.credit], t.amount
            FROM unnest(p_entry, p_debit, p_credit, p_amount) WITH ORDINALITY t (entry, debit, credit, amount, place)
            WHERE v_outcome[t.entry] = 'posted'
            ORDER BY t.place;

            IF cardinality(v_captured) > 0 THEN
                WITH captured AS (
                    UPDATE hold SET state = 'captured', ended_at = p_now, entry_id = v_entry[asked.place]
                    FROM unnest(p_captures) WITH ORDINALITY asked (id, place)
                    WHERE hold.id = asked.id AND v_outcome[asked.place] = 'posted'
                    RETURNING hold.account_id, hold.amount
                )
                UPDATE balance SET held = held - freed.amount
                FROM (SELECT account_id, sum(amount) AS amount FROM captured GROUP BY account_id) freed
                WHERE balance.account_id = freed.account_id;
            END IF;

            PERFORM ledger_apply(array_agg(moved.account_id), array_agg(moved.entry_id), array_agg(moved.on_date),
                array_agg(moved.debits), array_agg(moved.credits))
            FROM (
                SELECT v_ids[leg.account] AS account_id, v_entry[leg.entry] AS entry_id, p_on[leg.entry] AS on_date,
                    sum(leg.debits)::bigint AS debits, sum(leg.credits)::bigint AS credits
                FROM (
                    SELECT entry, debit AS account, amount AS debits, 0::bigint AS credits
                    FROM unnest(p_entry, p_debit, p_amount) t (entry, debit, amount)
                    UNION ALL
                    SELECT entry, credit, 0, amount FROM unnest(p_entry, p_credit, p_amount) t (entry, credit, amount)
                ) leg
                WHERE v_outcome[leg.entry] = 'posted'
                GROUP BY leg.account, leg.entry
            ) moved;
        END IF;

        RETURN QUERY
        SELECT asked.place::integer, asked.outcome, asked.entry_id, ledger_reference(asked.entry_id),
            asked.short, asked.available, asked.requested
        FROM unnest(v_outcome, v_entry, v_short, v_available, v_requested)
            WITH ORDINALITY asked (outcome, entry_id, short, available, requested, place)
        ORDER BY asked.place;
    END $$
    """,
]

STAGED = [
    # What the transfers in staged_transfer ask for as one hash, how many of them name accounts that exist, and which
    # floored accounts fall by how much (debits less credits). Each path is made once and the joins are hashed: of ten
    # thousand rows nothing else is quick.
    """
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
            SELECT count(*) AS lines, string_agg(d.path || '>' || c.path || '=' || t.amount::text, E'\\n'
                ORDER BY t.debit_id, t.credit_id, t.amount) AS lined
            FROM staged_transfer t JOIN named d ON d.id = t.debit_id JOIN named c ON c.id = t.credit_id
        )
        SELECT ledger_request_hash(p_kind, p_key, p_value_on, p_about_on, p_reverses, p_about::jsonb, asked.lined),
            asked.lines, fallen.ids, fallen.net
        INTO hash, known, falling, net
        FROM asked CROSS JOIN fallen;
    END $$
    """,
    # One entry from the transfers in the session's temporary table staged_transfer, whose order does not matter: they
    # are written in the order of their accounts. Net sums are held against floors: only the accounts that fall are
    # locked and looked at before. Answers like ledger_post; account_place is then the account's id.
    """
    CREATE FUNCTION ledger_post_staged(
        p_now timestamptz, p_actor varchar, p_key varchar, p_kind varchar, p_on date, p_value_on date, p_about_on date,
        p_about varchar, p_reverses bigint
    ) RETURNS ledger_outcome
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
    DECLARE
        v_book book;
        v_hash bytea;
        v_known record;
        v_answer ledger_outcome;
        v_ids bigint[];
        v_debits bigint[];
        v_credits bigint[];
        v_falling bigint[];
        v_net bigint[];
        v_found bigint;
    BEGIN
        PERFORM ledger_lock_date(false);
        SELECT * INTO STRICT v_book FROM book WHERE id = 1;
        SELECT array_agg(moved.account_id), array_agg(moved.debits), array_agg(moved.credits)
        INTO v_ids, v_debits, v_credits
        FROM (
            SELECT leg.account_id, sum(leg.debits)::bigint AS debits, sum(leg.credits)::bigint AS credits
            FROM (
                SELECT debit_id AS account_id, amount AS debits, 0::bigint AS credits FROM staged_transfer
                UNION ALL
                SELECT credit_id, 0, amount FROM staged_transfer
            ) leg
            GROUP BY leg.account_id ORDER BY leg.account_id
        ) moved;
        SELECT look.hash, look.known, look.falling, look.net INTO v_hash, v_found, v_falling, v_net
        FROM ledger_staged_look(p_key, p_kind, p_value_on, p_about_on, p_about, p_reverses, v_ids, v_debits, v_credits)
            look;
        v_answer.place := 1;
        IF v_found <> (SELECT count(*) FROM staged_transfer) THEN
            RAISE EXCEPTION 'a staged transfer names an account that was never opened'
                USING ERRCODE = 'foreign_key_violation', TABLE = 'transfer';
        END IF;
        IF v_hash IS NULL THEN
            v_answer.outcome := 'empty';
            RETURN v_answer;
        END IF;
        SELECT net.account_id, locked.amount - locked.held - locked.floor, -locked.sign * net.amount
        INTO v_answer.account_place, v_answer.available, v_answer.requested
        FROM ledger_lock_balances(v_falling, p_now) locked
        JOIN unnest(v_falling, v_net) net (account_id, amount) USING (account_id)
        WHERE locked.amount - locked.held - locked.floor + locked.sign * net.amount < 0
        ORDER BY net.account_id LIMIT 1;

        SELECT * INTO v_known FROM ledger_known(ARRAY[p_key], ARRAY[v_hash], ARRAY[p_on], ARRAY[true]);
        IF FOUND THEN
            v_answer.outcome := CASE WHEN v_known.same THEN 'replayed' ELSE 'conflict' END;
            v_answer.entry_id := v_known.entry_id;
        ELSIF EXISTS (SELECT FROM entry WHERE reverses = p_reverses) THEN
            v_answer.outcome := 'reversed';
        ELSIF p_on <> v_book.open_on AND p_on IS DISTINCT FROM v_book.closing_on THEN
            v_answer.outcome := 'day_closed';
        ELSIF v_answer.account_place IS NOT NULL THEN
            v_answer.outcome := 'insufficient';
        ELSE
            v_answer.outcome := 'posted';
            v_answer.entry_id := nextval('entry_id_seq');
            INSERT INTO entry (id, key, kind, business_date, value_on, about_on, posted_at, actor, about, reverses,
                reference, content_hash)
            VALUES (v_answer.entry_id, p_key, p_kind, p_on, p_value_on, p_about_on, p_now, p_actor, p_about::jsonb,
                p_reverses, ledger_reference(v_answer.entry_id),
                ledger_content_hash(v_hash, v_answer.entry_id, p_on, p_now, p_actor))
            ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'key % was taken meanwhile', p_key USING ERRCODE = 'serialization_failure';
            END IF;
            INSERT INTO transfer (entry_id, position, debit_id, credit_id, amount)
            SELECT v_answer.entry_id, row_number() OVER (ORDER BY debit_id, credit_id, amount),
                debit_id, credit_id, amount
            FROM staged_transfer ORDER BY debit_id, credit_id, amount;
            -- As ledger_apply does, for one entry of one date.
            WITH moved AS MATERIALIZED (
                SELECT * FROM unnest(v_ids, v_debits, v_credits) moved (account_id, debits, credits)
            ), updated AS (
                UPDATE balance SET
                    amount = balance.amount + balance.sign * (moved.debits - moved.credits),
                    opening = ledger_opening(balance, v_book.open_on, p_on,
                        CASE WHEN p_on < v_book.open_on THEN moved.debits - moved.credits ELSE 0 END),
                    moved_on = greatest(balance.moved_on, p_on)
                FROM moved WHERE balance.account_id = moved.account_id
                RETURNING balance.account_id
            )
            INSERT INTO rollup_tail (account_id, entry_id, business_date, debits, credits)
            SELECT account_id, v_answer.entry_id, p_on, debits, credits FROM moved
            WHERE account_id NOT IN (SELECT account_id FROM updated);
        END IF;
        TRUNCATE staged_transfer;
        v_answer.reference := ledger_reference(v_answer.entry_id);
        RETURN v_answer;
    END $$
    """,
]

# Holds share the date's lock too, though they have no date: who holds and then posts must not wait for the date with a
# balance row already locked.
HOLDS = [
    # For who decides over many balances at once and then posts: what is read after it stands until the unit ends. The
    # date's lock comes first, as everywhere.
    """
    CREATE FUNCTION ledger_lock(p_ids bigint[], p_now timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM ledger_lock_date(false);
        PERFORM ledger_lock_balances(p_ids, p_now);
    END $$
    """,
    """
    CREATE FUNCTION ledger_hold(
        p_now timestamptz, p_account_id bigint, p_amount bigint, p_key varchar, p_expires_at timestamptz,
        OUT outcome varchar, OUT hold_id bigint, OUT available bigint
    ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        v_known hold;
    BEGIN
        PERFORM ledger_lock_date(false);
        SELECT amount - held - floor INTO STRICT available FROM ledger_lock_balances(ARRAY[p_account_id], p_now);
        SELECT * INTO v_known FROM hold WHERE key = p_key;
        IF FOUND THEN
            outcome := CASE
                WHEN (v_known.account_id, v_known.amount) = (p_account_id, p_amount) THEN 'replayed' ELSE 'conflict'
            END;
            hold_id := v_known.id;
        ELSIF available < p_amount THEN
            outcome := 'insufficient';
        ELSE
            outcome := 'held';
            INSERT INTO hold (account_id, amount, key, created_at, expires_at, state)
            VALUES (p_account_id, p_amount, p_key, p_now, p_expires_at, 'held') RETURNING id INTO hold_id;
            UPDATE balance SET held = held + p_amount WHERE account_id = p_account_id;
        END IF;
    END $$
    """,
    # Answers with the state that the hold is left in.
    """
    CREATE FUNCTION ledger_release(p_now timestamptz, p_hold_id bigint) RETURNS varchar
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        v_hold hold;
    BEGIN
        PERFORM ledger_lock_date(false);
        SELECT * INTO v_hold FROM hold WHERE id = p_hold_id;
        PERFORM ledger_lock_balances(ARRAY[v_hold.account_id], p_now);
        UPDATE hold SET state = 'released', ended_at = p_now WHERE id = p_hold_id AND state = 'held';
        IF FOUND THEN
            UPDATE balance SET held = held - v_hold.amount WHERE account_id = v_hold.account_id;
        END IF;
        RETURN (SELECT state FROM hold WHERE id = p_hold_id);
    END $$
    """,
    """
    CREATE FUNCTION ledger_set_floor(p_account_id bigint, p_floor bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        UPDATE balance SET floor = p_floor WHERE account_id = p_account_id
    $$
    """,
]

DAYS = [
    # Takes rows from the tail and adds them up. A late commit cannot be lost: its rows only appear once it commits, and
    # are then simply the next to be taken.
    """
    CREATE FUNCTION ledger_roll_up() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        v_rows bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock(1398100822);
        WITH taken AS (
            DELETE FROM rollup_tail RETURNING account_id, business_date, debits, credits
        ), added AS (
            INSERT INTO rollup AS r (account_id, business_date, debits, credits)
            SELECT account_id, business_date, sum(debits), sum(credits) FROM taken GROUP BY account_id, business_date
            ON CONFLICT (account_id, business_date) DO UPDATE
            SET debits = r.debits + excluded.debits, credits = r.credits + excluded.credits
        )
        SELECT count(*) INTO v_rows FROM taken;
        RETURN v_rows;
    END $$
    """,
    """
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
    $$
    """,
]


# What runs as the owner is the service's alone to call.
CALLABLE = [
    "ledger_accounts",
    "ledger_post",
    "ledger_post_staged",
    "ledger_lock",
    "ledger_hold",
    "ledger_release",
    "ledger_set_floor",
    "ledger_roll_up",
    "ledger_seal",
]


def upgrade() -> None:
    connection = op.get_bind()
    for statement in (*TABLES, *GUARDS, *FORMS, *ACCOUNTS, *POSTING, *STAGED, *HOLDS, *DAYS):
        connection.exec_driver_sql(statement)
    for function in CALLABLE:
        connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {function} TO susu_app")
    for line in CHART:
        connection.exec_driver_sql(
            "INSERT INTO chart VALUES ($1, $2, $3, $4, $5, $6, $7)",
            (line.code, line.name, line.kind, line.side, line.owned_by, line.floored, line.client_money),
        )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
