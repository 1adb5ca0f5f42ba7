CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, why, since, outflow_until, changes_until, ended_at
ON account_hold FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id why since outflow_until changes_until ended_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    sealed, made_at, hidden_at
ON recovery_code FOR EACH ROW EXECUTE FUNCTION guard_row(
    'customer_id',
    'customer_id sealed made_at hidden_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    contact_id, named_at, agreed_at
ON named_contact FOR EACH ROW EXECUTE FUNCTION guard_row(
    'customer_id',
    'customer_id contact_id named_at agreed_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, proof, digits_sealed, contact_id, wrong, state, asked_at, ends_at, proved_at, approved_at, old_pin_sealed, set_at, ended_at
ON pin_reset FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id proof digits_sealed contact_id wrong state asked_at ends_at proved_at approved_at old_pin_sealed set_at ended_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, kind, old_phone_sealed, old_telegram_id, other_id, state, made_at, stopped_at
ON account_move FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id kind old_phone_sealed old_telegram_id other_id state made_at stopped_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, kind, number_sealed, number_hash, expires_on, state, submitted_at, decided_by, decided_at, reason, asked_again_at
ON identity_check FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id kind number_sealed number_hash expires_on state submitted_at decided_by decided_at reason asked_again_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, purpose, token, check_id, reset_id, taken_at
ON identity_picture FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id purpose token check_id reset_id taken_at'
);
