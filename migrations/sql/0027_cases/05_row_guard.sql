CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, customer_id, topic, confidence, kind, language, answered_sealed, state, opened_at, due_at, officer_id,
    answered_at, closed_at
ON service_case FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key customer_id topic confidence kind language answered_sealed state opened_at due_at officer_id answered_at closed_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    case_id, key, author_id, is_answer, written_at, sealed
ON case_message FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id case_id key author_id is_answer written_at sealed'
);
