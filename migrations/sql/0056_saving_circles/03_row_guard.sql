CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    share_price, most_shares, social_amount, fine_amount, loan_rate, meetings
ON circle_saving FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id',
    'circle_id share_price most_shares social_amount fine_amount loan_rate meetings'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, standing, shares, paid, paid_out, left_at
ON circle_saver FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id place',
    'circle_id place customer_id standing shares paid paid_out left_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    held_on, state, closed_at, closed_by, has_quorum
ON circle_meeting FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id nr',
    'circle_id nr held_on state closed_at closed_by has_quorum'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    since
ON circle_presence FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id meeting customer_id',
    'circle_id meeting customer_id since'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, circle_id, meeting, customer_id, shares, amount, social, fines, entry_id, on_date
ON circle_saving_payment FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key circle_id meeting customer_id shares amount social fines entry_id on_date'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    circle_id, meeting, customer_id, why, amount, imposed_by, imposed_at, paid_at, waived_at
ON circle_fine FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id circle_id meeting customer_id why amount imposed_by imposed_at paid_at waived_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, circle_id, meeting, kind, customer_id, amount, months, automatic_debit, state, asked_at, settled_at,
    reason, entry_id
ON circle_request FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token circle_id meeting kind customer_id amount months automatic_debit state asked_at settled_at reason entry_id'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    is_yes, cast_at
ON circle_request_vote FOR EACH ROW EXECUTE FUNCTION guard_row(
    'request_id customer_id',
    'request_id customer_id is_yes cast_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    circle_id, state, cash, previewed_by, previewed_at, approved_by, approved_at, settled_at
ON circle_share_out FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id circle_id state cash previewed_by previewed_at approved_by approved_at settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, shares, entitled, owed, fines, later, paid_at, entry_id
ON circle_share_part FOR EACH ROW EXECUTE FUNCTION guard_row(
    'share_out_id place',
    'share_out_id place customer_id shares entitled owed fines later paid_at entry_id'
);
