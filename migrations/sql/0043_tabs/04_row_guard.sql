CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, organiser_id, title_sealed, asset, state, made_at, ended_at, bill_id
ON tab FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token organiser_id title_sealed asset state made_at ended_at bill_id'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    nr
ON tab_person FOR EACH ROW EXECUTE FUNCTION guard_row(
    'tab_id customer_id',
    'tab_id customer_id nr'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, tab_id, payer_id, amount, note_sealed, added_at, removed_at
ON tab_item FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key tab_id payer_id amount note_sealed added_at removed_at'
);
