-- Many entries at once, on accounts that are open. They are given once each by their ids, and with their paths, one a
-- line: who kept an id must still mean that account. Transfers name them by their place; entries and transfers come
-- in batch order, the transfers of an entry together. Answers one row for each entry. With p_atomic one refusal holds
-- back the whole batch (`withheld`), without it each entry stands or falls alone.
--
-- Posting looks everything up by key and is planned once: a plan made while a table was short must not be one that
-- reads the whole of it when it is long. Arrays meet by place instead of being joined: a plan takes an array for ten
-- elements, and comparing each with each was most of what a batch of 500 cost.
CREATE FUNCTION ledger_post_on(
    p_now timestamptz, p_actor varchar, p_atomic boolean,
    p_ids bigint[], p_paths text,
    p_keys varchar[], p_kinds varchar[], p_on date[], p_on_given boolean[], p_value_on date[], p_about_on date[],
    p_about varchar[], p_captures bigint[],
    p_entry integer[], p_debit integer[], p_credit integer[], p_amount bigint[]
) RETURNS SETOF ledger_outcome
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    v_count CONSTANT integer := cardinality(p_keys);
    v_book book;
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
    v_begins integer[] := array_fill(NULL::integer, ARRAY[v_count]);
    v_paths text[];
    v_lines text[];
    v_references varchar[];
    v_holds boolean;
    v_room_before bigint[];
    v_posted integer;
    v_written integer;
    v_row record;
    v_hold hold;
    v_begin integer := 1;
    v_end integer;
    v_place integer;
    v_before bigint;
BEGIN
    PERFORM ledger_lock_date(false);
    SELECT * INTO STRICT v_book FROM book WHERE id = 1;
    v_paths := ARRAY(
        SELECT ledger_path(account.book, account.code, account.owner, account.asset)
        FROM unnest(p_ids) WITH ORDINALITY asked (id, place) LEFT JOIN account USING (id)
        ORDER BY asked.place
    );
    IF array_to_string(v_paths, E'\n') IS DISTINCT FROM p_paths THEN
        RAISE EXCEPTION 'accounts have other ids than was known' USING ERRCODE = 'serialization_failure';
    END IF;

    -- Locks balance rows in id order, as ledger_lock_balances does; that one is asked only where something is held.
    SELECT array_agg(locked.sign ORDER BY asked.place),
        array_agg(locked.amount - locked.held - locked.floor ORDER BY asked.place), bool_or(locked.held > 0)
    INTO v_sides, v_room, v_holds
    FROM unnest(p_ids) WITH ORDINALITY asked (id, place)
    LEFT JOIN (
        SELECT * FROM balance WHERE account_id = ANY (p_ids) ORDER BY account_id FOR NO KEY UPDATE
    ) locked ON locked.account_id = asked.id;
    IF v_holds THEN
        PERFORM ledger_lock_balances(p_ids, p_now);
        SELECT array_agg(balance.amount - balance.held - balance.floor ORDER BY asked.place) INTO v_room
        FROM unnest(p_ids) WITH ORDINALITY asked (id, place) LEFT JOIN balance ON account_id = asked.id;
    END IF;

    v_room_before := v_room;

    v_lines := ARRAY(
        SELECT string_agg(v_paths[debit] || '>' || v_paths[credit] || '=' || amount::text, E'\n' ORDER BY place)
        FROM unnest(p_entry, p_debit, p_credit, p_amount) WITH ORDINALITY t (entry, debit, credit, amount, place)
        GROUP BY entry ORDER BY entry
    );
    v_hashes := ARRAY(
        SELECT ledger_request_hash(kind, key, value_on, about_on, NULL, about::jsonb, lines)
        FROM unnest(p_kinds, p_keys, p_value_on, p_about_on, p_about, v_lines)
            WITH ORDINALITY each (kind, key, value_on, about_on, about, lines, place)
        ORDER BY place
    );
    v_first := ARRAY(
        SELECT min(place) OVER (PARTITION BY key COLLATE "C")
        FROM unnest(p_keys) WITH ORDINALITY each (key, place)
        ORDER BY place
    );

    FOR v_row IN SELECT * FROM ledger_known(p_keys, v_hashes, p_on, p_on_given) LOOP
        v_entry[v_row.place] := v_row.entry_id;
        v_outcome[v_row.place] := CASE WHEN v_row.same THEN 'replayed' ELSE 'conflict' END;
    END LOOP;

    FOR i IN 1 .. v_count LOOP
        v_end := v_begin;
        v_begins[i] := v_begin;
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
                v_place := array_position(p_ids, v_hold.account_id);
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

    v_posted := cardinality(array_positions(v_outcome, 'posted'));
    IF v_posted > 0 THEN
        v_references := ARRAY(
            SELECT ledger_reference(id) FROM unnest(v_entry) WITH ORDINALITY each (id, place) ORDER BY place
        );
        INSERT INTO entry (id, key, kind, business_date, value_on, about_on, posted_at, actor, about,
            reference, content_hash)
        SELECT id, key, kind, on_date, value_on, about_on, p_now, p_actor, about::jsonb,
            reference, ledger_content_hash(hash, id, on_date, p_now, p_actor)
        FROM unnest(v_outcome, v_entry, v_references, p_kinds, p_keys, p_on, p_value_on, p_about_on, p_about, v_hashes)
            each (outcome, id, reference, kind, key, on_date, value_on, about_on, about, hash)
        WHERE outcome = 'posted'
        ORDER BY key COLLATE "C"
        ON CONFLICT (key) DO NOTHING;
        GET DIAGNOSTICS v_written = ROW_COUNT;
        IF v_written < v_posted THEN
            FOR v_row IN
                SELECT asked.place::integer FROM unnest(v_outcome, v_entry) WITH ORDINALITY asked (outcome, id, place)
                WHERE asked.outcome = 'posted' AND NOT EXISTS (SELECT FROM entry WHERE entry.id = asked.id)
            LOOP
                IF p_atomic THEN
                    RAISE EXCEPTION 'key % was taken meanwhile', p_keys[v_row.place]
                        USING ERRCODE = 'serialization_failure';
                END IF;
                v_outcome[v_row.place] := 'lost';
            END LOOP;
            FOR v_row IN SELECT * FROM ledger_known(p_keys, v_hashes, p_on, p_on_given) LOOP
                IF v_outcome[v_row.place] = 'lost' THEN
                    v_entry[v_row.place] := v_row.entry_id;
                    v_outcome[v_row.place] := CASE WHEN v_row.same THEN 'replayed' ELSE 'conflict' END;
                END IF;
            END LOOP;
            v_references := NULL;
        END IF;

        INSERT INTO transfer (entry_id, position, debit_id, credit_id, amount)
        SELECT v_entry[entry], place - v_begins[entry] + 1, p_ids[debit], p_ids[credit], amount
        FROM unnest(p_entry, p_debit, p_credit, p_amount) WITH ORDINALITY t (entry, debit, credit, amount, place)
        WHERE v_outcome[entry] = 'posted';

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

        IF v_written = v_count AND v_captured = '{}' AND v_book.open_on = ALL (p_on) THEN
            -- Nothing is dated back, lost to another or captured: what became of an account's room is what moved it.
            UPDATE balance SET
                amount = balance.amount + moved.room - moved.room_before,
                opening = CASE WHEN balance.moved_on < v_book.open_on THEN balance.amount ELSE balance.opening END,
                moved_on = v_book.open_on
            FROM unnest(p_ids, v_room, v_room_before) moved (account_id, room, room_before)
            WHERE balance.account_id = moved.account_id;
            IF array_position(v_room, NULL) IS NOT NULL THEN
                INSERT INTO rollup_tail (account_id, entry_id, business_date, debits, credits)
                SELECT p_ids[account], v_entry[entry], v_book.open_on, sum(debits), sum(credits)
                FROM (
                    SELECT entry, debit AS account, amount AS debits, 0::bigint AS credits
                    FROM unnest(p_entry, p_debit, p_amount) t (entry, debit, amount)
                    UNION ALL
                    SELECT entry, credit, 0, amount FROM unnest(p_entry, p_credit, p_amount) t (entry, credit, amount)
                ) leg
                WHERE v_room[account] IS NULL
                GROUP BY account, entry;
            END IF;
        ELSE
            PERFORM ledger_apply(array_agg(p_ids[account]), array_agg(v_entry[entry]), array_agg(p_on[entry]),
                array_agg(debits), array_agg(credits))
            FROM (
                SELECT entry, debit AS account, amount AS debits, 0::bigint AS credits
                FROM unnest(p_entry, p_debit, p_amount) t (entry, debit, amount)
                UNION ALL
                SELECT entry, credit, 0, amount FROM unnest(p_entry, p_credit, p_amount) t (entry, credit, amount)
            ) leg
            WHERE v_outcome[entry] = 'posted';
        END IF;
    END IF;

    RETURN QUERY
    SELECT asked.place::integer, asked.outcome, asked.entry_id,
        coalesce(asked.reference, ledger_reference(asked.entry_id)),
        asked.short, asked.available, asked.requested
    FROM unnest(v_outcome, v_entry, v_references, v_short, v_available, v_requested)
        WITH ORDINALITY asked (outcome, entry_id, reference, short, available, requested, place)
    ORDER BY asked.place;
END $$;
