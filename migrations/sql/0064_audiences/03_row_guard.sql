CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    name, made_by, made_at
ON audience FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id name made_by made_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    audience_id, number, question, made_by, made_at
ON audience_version FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id audience_id number question made_by made_at'
);
