-- The guards cover the new columns, too. A digest that did not fit before fits no better now.
DROP TRIGGER row_guard ON circle_meeting;
CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    held_on, state, closed_at, closed_by, has_quorum, cash, social
ON circle_meeting FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id nr',
    'circle_id nr held_on state closed_at closed_by has_quorum cash social'
);
UPDATE row_guard SET digest = row_digest(circle_meeting, string_to_array('circle_id nr held_on state closed_at closed_by has_quorum cash social', ' '))
FROM circle_meeting
WHERE of_table = 'circle_meeting' AND row_key = circle_meeting.circle_id::text || '.' || circle_meeting.nr::text
    AND digest = row_digest(circle_meeting, string_to_array('circle_id nr held_on state closed_at closed_by has_quorum', ' '));

DROP TRIGGER row_guard ON circle_request;
CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, circle_id, meeting, kind, customer_id, amount, months, automatic_debit, state, asked_at, settled_at, reason, entry_id, words_sealed
ON circle_request FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token circle_id meeting kind customer_id amount months automatic_debit state asked_at settled_at reason entry_id words_sealed'
);
UPDATE row_guard SET digest = row_digest(circle_request, string_to_array('id token circle_id meeting kind customer_id amount months automatic_debit state asked_at settled_at reason entry_id words_sealed', ' '))
FROM circle_request
WHERE of_table = 'circle_request' AND row_key = circle_request.id::text
    AND digest = row_digest(circle_request, string_to_array('id token circle_id meeting kind customer_id amount months automatic_debit state asked_at settled_at reason entry_id', ' '));
