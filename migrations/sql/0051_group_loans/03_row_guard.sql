CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, circle_id, opened_by, product, state, opened_at, expires_at, settled_at
ON group_loan FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key circle_id opened_by product state opened_at expires_at settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, application_id, whole, automatic_debit, from_change_plus, signed_at
ON group_loan_line FOR EACH ROW EXECUTE FUNCTION guard_row(
    'group_loan_id nr',
    'group_loan_id nr customer_id application_id whole automatic_debit from_change_plus signed_at'
);
