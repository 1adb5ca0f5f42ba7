-- The guard covers the new columns, too. A digest that did not fit before fits no better now.
DROP TRIGGER row_guard ON group_loan;
CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, circle_id, opened_by, product, state, opened_at, expires_at, settled_at, principal, count
ON group_loan FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key circle_id opened_by product state opened_at expires_at settled_at principal count'
);
UPDATE row_guard SET digest = row_digest(group_loan, string_to_array('id key circle_id opened_by product state opened_at expires_at settled_at principal count', ' '))
FROM group_loan
WHERE of_table = 'group_loan' AND row_key = group_loan.id::text
    AND digest = row_digest(group_loan, string_to_array('id key circle_id opened_by product state opened_at expires_at settled_at', ' '));
