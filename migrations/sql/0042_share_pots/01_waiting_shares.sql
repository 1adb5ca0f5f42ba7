-- A share's money waits in an account of its own (2020, owner packet * 2^32 + number), so that those who open a packet
-- at once do not wait for each other at one balance. What waits in packets now moves there, an entry for each packet.
DO $$
DECLARE
    v_packet record;
    v_count integer;
BEGIN
    FOR v_packet IN
        SELECT p.id, p.asset, array_agg(s.nr ORDER BY s.nr) AS nrs, array_agg(s.amount ORDER BY s.nr) AS amounts
        FROM packet p JOIN packet_share s ON s.packet_id = p.id
        WHERE s.settled_at IS NULL
        GROUP BY p.id, p.asset ORDER BY p.id
    LOOP
        v_count := cardinality(v_packet.nrs);
        PERFORM ledger_post(
            clock_timestamp() + book.clock_offset, 'system:0', true,
            array_fill('INST'::varchar, ARRAY[v_count + 1]), array_fill('2020'::varchar, ARRAY[v_count + 1]),
            v_packet.id || (SELECT array_agg((v_packet.id << 32) + nr ORDER BY nr) FROM unnest(v_packet.nrs) nr),
            array_fill(v_packet.asset, ARRAY[v_count + 1]),
            ARRAY[format('packet:%s:shares', v_packet.id)]::varchar[], ARRAY['friends.packet_shares']::varchar[],
            ARRAY[book.open_on], ARRAY[false], ARRAY[NULL]::date[], ARRAY[NULL]::date[],
            ARRAY[jsonb_build_object('packet', v_packet.id)::text]::varchar[], ARRAY[NULL]::bigint[],
            ARRAY[NULL]::bigint[],
            array_fill(1, ARRAY[v_count]), array_fill(1, ARRAY[v_count]),
            (SELECT array_agg(place ORDER BY place) FROM generate_series(2, v_count + 1) place), v_packet.amounts
        ) FROM book;
    END LOOP;
END $$;
