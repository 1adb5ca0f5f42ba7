CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, sender_id, total, asset, shares, kind, audience, words_sealed, seed_sealed, commitment, state,
    made_at, sent_in, ends_at, over_at, settled_at
ON packet FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token sender_id total asset shares kind audience words_sealed seed_sealed commitment state made_at sent_in ends_at over_at settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    amount, state, claimant_id, claimed_at, settled_at
ON packet_share FOR EACH ROW EXECUTE FUNCTION guard_row(
    'packet_id nr',
    'packet_id nr amount state claimant_id claimed_at settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    nr
ON packet_person FOR EACH ROW EXECUTE FUNCTION guard_row(
    'packet_id customer_id',
    'packet_id customer_id nr'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    put_at
ON packet_place FOR EACH ROW EXECUTE FUNCTION guard_row(
    'packet_id place_id',
    'packet_id place_id put_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, organiser_id, total, own, asset, title_sealed, place_id, state, made_at, made_on, ended_at
ON bill FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token organiser_id total own asset title_sealed place_id state made_at made_on ended_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    bill_id, nr, payer_id, payee_id, amount, paid, state, reason_sealed, settled_at
ON bill_part FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id bill_id nr payer_id payee_id amount paid state reason_sealed settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, organiser_id, asset, title_sealed, goal, all_or_nothing, shows_names, place_id, state, made_at,
    last_on, ends_at, ended_at, thanks_sealed
ON cause FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token organiser_id asset title_sealed goal all_or_nothing shows_names place_id state made_at last_on ends_at ended_at thanks_sealed'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, cause_id, giver_id, amount, given_at, sent_in, returned_at
ON gift FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key cause_id giver_id amount given_at sent_in returned_at'
);
