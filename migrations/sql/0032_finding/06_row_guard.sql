CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, reason_sealed, frozen_by, frozen_at, lifted_by, lifted_at, approval_id
ON account_freeze FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id reason_sealed frozen_by frozen_at lifted_by lifted_at approval_id'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    said_by, said_at
ON same_person FOR EACH ROW EXECUTE FUNCTION guard_row(
    'customer_id other_id',
    'customer_id other_id said_by said_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, customer_id, author_id, written_at, sealed
ON customer_note FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key customer_id author_id written_at sealed'
);
