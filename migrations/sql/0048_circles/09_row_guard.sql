CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, code, kind, organiser_id, place_id, asset, title_sealed, contribution, places, period, first_due_on,
    receiving_order, members_pick, commission_percent, commission_to, fine_percent, kept_percent, shortfall,
    is_covered, security, security_amount, needs_approval, least_reliability, product, product_version, state,
    rounds, is_paper, previous_id, confirm_until, suspended_at, made_at, opened_at, started_at, ended_at
ON circle FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token code kind organiser_id place_id asset title_sealed contribution places period first_due_on receiving_order members_pick commission_percent commission_to fine_percent kept_percent shortfall is_covered security security_amount needs_approval least_reliability product product_version state rounds is_paper previous_id confirm_until suspended_at made_at opened_at started_at ended_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    circle_id, role, customer_id, since, until
ON circle_officer FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id circle_id role customer_id since until'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    state, places, nickname_sealed, nominee_sealed, destination, destination_id, automatic_debit,
    debit_from_change_plus, shows_reliability, marks_credit, retention, wanted_sealed, asked_at, joined_at,
    agreed_rounds, agreed_at, suspended_at, left_at
ON circle_member FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id customer_id',
    'circle_id customer_id state places nickname_sealed nominee_sealed destination destination_id automatic_debit debit_from_change_plus shows_reliability marks_credit retention wanted_sealed asked_at joined_at agreed_rounds agreed_at suspended_at left_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, state, turn, pick_sealed, passes_round, received_round, received_at, held_since, notice_on,
    closed_at, closed_why, closed_round, refund_round, due_at_once_on
ON circle_place FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id nr',
    'circle_id nr customer_id state turn pick_sealed passes_round received_round received_at held_since notice_on closed_at closed_why closed_round refund_round due_at_once_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    circle_id, place, customer_id, most, called, asked_at, agreed_at, refused_at, freed_at
ON circle_guarantor FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id circle_id place customer_id most called asked_at agreed_at refused_at freed_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    first_round, last_round, key_zero, last_key_sealed, picks_hash, voided_at, voided_why, made_at
ON circle_key FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id nr',
    'circle_id nr first_round last_round key_zero last_key_sealed picks_hash voided_at voided_why made_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, pick
ON circle_pick FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id chain place',
    'circle_id chain place customer_id pick'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, circle_id, round, place, customer_id, amount_sealed, nonce_sealed, seal, made_at, over_at, amount,
    nonce
ON circle_bid FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key circle_id round place customer_id amount_sealed nonce_sealed seal made_at over_at amount nonce'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, circle_id, place, customer_id, turn, other_place, other_id, other_turn, state, asked_at, answered_at
ON circle_swap FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token circle_id place customer_id turn other_place other_id other_turn state asked_at answered_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, circle_id, kind, subject, needs, state, opened_by, opened_at, ends_at, settled_at
ON circle_motion FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token circle_id kind subject needs state opened_by opened_at ends_at settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    is_yes, cast_at
ON circle_ballot FOR EACH ROW EXECUTE FUNCTION guard_row(
    'motion_id customer_id',
    'motion_id customer_id is_yes cast_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, circle_id, kind, round, customer_id, about_id, words_sealed, holds_payout, opened_at, due_at,
    decided_by, decided_at, decision, reason_sealed
ON circle_case FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key circle_id kind round customer_id about_id words_sealed holds_payout opened_at due_at decided_by decided_at decision reason_sealed'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    due_on, first_due_on, state, receiver_place, refunds_place, is_history, listed_at, drawn_at, chain, key,
    purpose, bid, prize, commission, held_by, full_at, paid_at
ON circle_round FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id nr',
    'circle_id nr due_on first_due_on state receiver_place refunds_place is_history listed_at drawn_at chain key purpose bid prize commission held_by full_at paid_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    is_tied
ON circle_eligible FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id round place',
    'circle_id round place is_tied'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, due_on, amount, fine, is_late, is_excused, guarantors_on
ON circle_due FOR EACH ROW EXECUTE FUNCTION guard_row(
    'circle_id round place',
    'circle_id round place customer_id due_on amount fine is_late is_excused guarantors_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, circle_id, round, place, payer_id, contribution, fine, source, entry_id, on_date, paid_at
ON circle_payment FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key circle_id round place payer_id contribution fine source entry_id on_date paid_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, circle_id, round, place, customer_id, amount, kind, entry_id, on_date, paid_at
ON circle_payout FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key circle_id round place customer_id amount kind entry_id on_date paid_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    circle_id, place, kind
ON circle_pocket FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id circle_id place kind'
);
