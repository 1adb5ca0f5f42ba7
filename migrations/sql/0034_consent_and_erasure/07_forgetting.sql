-- What is append-only for the service is taken away by functions alone, and only of people who are erased: each looks
-- for itself whether that is so, whoever calls it.

-- Five years after the end: what was agreed to and taken back, and who was spoken to about debts.
CREATE FUNCTION consent_forget(p_now timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM consent USING account_closing closing
        WHERE closing.customer_id = consent.customer_id AND closing.state = 'erased'
            AND closing.settled_at <= p_now - interval '5 years'
        RETURNING consent.id)
    SELECT count(*) FROM gone
$$;

CREATE FUNCTION contact_forget(p_now timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM contact USING account_closing closing
        WHERE closing.customer_id = contact.customer_id AND closing.state = 'erased'
            AND closing.settled_at <= p_now - interval '5 years'
        RETURNING contact.id)
    SELECT count(*) FROM gone
$$;

-- At the end what was asked and answered goes; complaints and disputes stay for five years.
CREATE FUNCTION case_forget(p_now timestamptz, p_customers bigint[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH over AS (
        SELECT service_case.id FROM service_case
        JOIN account_closing closing ON closing.customer_id = service_case.customer_id AND closing.state = 'erased'
        WHERE (p_customers IS NULL OR service_case.customer_id = ANY (p_customers))
            AND (service_case.kind NOT IN ('complaint', 'dispute')
                OR closing.settled_at <= p_now - interval '5 years')
    ), messages AS (
        DELETE FROM case_message USING over WHERE case_message.case_id = over.id RETURNING case_message.id
    ), events AS (
        DELETE FROM case_event USING over WHERE case_event.case_id = over.id RETURNING case_event.id
    ), gone AS (
        DELETE FROM service_case USING over WHERE service_case.id = over.id RETURNING service_case.id)
    SELECT count(*) + (SELECT count(*) FROM messages) + (SELECT count(*) FROM events) FROM gone
$$;

-- Ten years: the record of who did what, which names people by their numbers.
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < clock_timestamp() - interval '10 years' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

DROP TRIGGER append_only ON audit_line;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON audit_line
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER kept_for_years BEFORE DELETE ON audit_line
FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
ALTER TABLE audit_line ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE audit_line ENABLE ALWAYS TRIGGER kept_for_years;

CREATE FUNCTION audit_forget(p_now timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM audit_line WHERE at < least(p_now, clock_timestamp()) - interval '10 years' RETURNING id)
    SELECT count(*) FROM gone
$$;

REVOKE ALL ON FUNCTION consent_forget, contact_forget, case_forget, audit_forget FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consent_forget, contact_forget, case_forget, audit_forget TO susu_app;
