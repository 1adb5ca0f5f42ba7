-- The service owns no table: it makes and drops the recipients of one broadcast by these alone.

-- Made beside and attached: that waits for nobody who reads the recipients of other broadcasts.
CREATE FUNCTION broadcast_partition_make(p_run bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_name text := 'broadcast_recipient_' || p_run;
BEGIN
    PERFORM FROM broadcast_run WHERE id = p_run AND state = 'freezing' AND frozen_to = 0;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'broadcast % is not about to be frozen', p_run;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE broadcast_recipient INCLUDING ALL)', v_name);
    EXECUTE format('ALTER TABLE broadcast_recipient ATTACH PARTITION %I FOR VALUES IN (%L)', v_name, p_run);
END $$;

-- Four hundred days after the end only the counts stay.
CREATE FUNCTION broadcast_partition_drop(p_run bigint, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    v_name text := 'broadcast_recipient_' || p_run;
BEGIN
    PERFORM FROM broadcast_run WHERE id = p_run AND ended_at < p_now - interval '400 days';
    IF NOT FOUND OR to_regclass(v_name) IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('DROP TABLE %I', v_name);
    RETURN true;
END $$;

REVOKE ALL ON FUNCTION broadcast_partition_make, broadcast_partition_drop FROM PUBLIC;
GRANT EXECUTE ON FUNCTION broadcast_partition_make, broadcast_partition_drop TO susu_app;

-- Which database this is. A restored backup is another, and so is a server that has taken over from one that was lost.
CREATE FUNCTION database_home() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT s.system_identifier || '/' || d.oid || '/' || c.timeline_id
    FROM pg_control_system() AS s, pg_control_checkpoint() AS c, pg_database AS d WHERE d.datname = current_database()
$$;
