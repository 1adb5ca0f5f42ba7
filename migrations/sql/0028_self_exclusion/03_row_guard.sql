CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, made_at, made_on, no_lending_until, own_limit, own_limit_on
ON self_limit FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id made_at made_on no_lending_until own_limit own_limit_on'
);
