-- Takes columns off, and adds columns to, what a table's guard covers, whatever it covers by now. A digest that did not
-- fit before fits no better now. The trigger is made anew; what reads it is `finance_core/guarding.py`.
CREATE FUNCTION pg_temp.guard_anew(p_table regclass, p_off text[], p_added text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_arguments text[];
    v_before text[];
    v_after text[];
    v_key text;
BEGIN
    SELECT string_to_array(encode(tgargs, 'escape'), '\000')
    INTO STRICT v_arguments FROM pg_trigger WHERE tgrelid = p_table AND tgname = 'row_guard';
    v_before := string_to_array(v_arguments[2], ' ');
    SELECT array_agg(name ORDER BY place) INTO v_after
    FROM unnest(v_before || p_added) WITH ORDINALITY listed (name, place) WHERE name <> ALL (p_off);
    SELECT string_agg(format('%I.%I::text', p_table::text, name), ' || ''.'' || ' ORDER BY place) INTO v_key
    FROM unnest(string_to_array(v_arguments[1], ' ')) WITH ORDINALITY listed (name, place);
    EXECUTE format(
        'UPDATE row_guard SET digest = row_digest(%1$I, %2$L::text[]) FROM %1$I'
        ' WHERE of_table = %3$L AND row_key = %4$s AND digest = row_digest(%1$I, %5$L::text[])',
        p_table::text, v_after, p_table::text, v_key, v_before
    );
    EXECUTE format('DROP TRIGGER row_guard ON %I', p_table::text);
    EXECUTE format(
        'CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF %s ON %I'
        ' FOR EACH ROW EXECUTE FUNCTION guard_row(%L, %L)',
        (SELECT string_agg(quote_ident(name), ', ' ORDER BY place)
         FROM unnest(v_after) WITH ORDINALITY listed (name, place)
         WHERE name <> ALL (string_to_array(v_arguments[1], ' '))),
        p_table::text, v_arguments[1], array_to_string(v_after, ' ')
    );
END $$;

SELECT pg_temp.guard_anew('customer', ARRAY['bureau_consent_at', 'marketing_consent_at'], ARRAY[]::text[]);
ALTER TABLE customer DROP COLUMN bureau_consent_at, DROP COLUMN marketing_consent_at;
SELECT pg_temp.guard_anew('self_limit', ARRAY[]::text[], ARRAY['next_limit', 'next_on']);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, topic, about, given, at, wording, wording_version, language, place
ON consent FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id topic about given at wording wording_version language place'
);
INSERT INTO row_guard SELECT 'consent', id::text, row_digest(
    consent, string_to_array('id customer_id topic about given at wording wording_version language place', ' ')
) FROM consent;

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, customer_id, asked_at, due_at, due_on, state, settled_at
ON account_closing FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key customer_id asked_at due_at due_on state settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    no_lending_until, own_limit, next_limit, next_on, no_loans, kept_on
ON kept_self_limit FOR EACH ROW EXECUTE FUNCTION guard_row(
    'person_hash',
    'person_hash no_lending_until own_limit next_limit next_on no_loans kept_on'
);
