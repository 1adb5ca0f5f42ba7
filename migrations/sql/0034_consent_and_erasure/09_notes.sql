-- What operators noted about somebody goes with them; of anybody else nothing is taken away by it.
CREATE FUNCTION note_forget(p_customers bigint[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM customer_note USING account_closing closing
        WHERE closing.customer_id = customer_note.customer_id AND closing.state = 'erased'
            AND customer_note.customer_id = ANY (p_customers)
        RETURNING customer_note.id)
    SELECT count(*) FROM gone
$$;

REVOKE ALL ON FUNCTION note_forget FROM PUBLIC;
GRANT EXECUTE ON FUNCTION note_forget TO susu_app;
