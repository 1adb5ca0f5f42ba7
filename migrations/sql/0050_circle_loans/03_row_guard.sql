CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    since
ON circle_loan_hold FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id',
    'circle_id since'
);
