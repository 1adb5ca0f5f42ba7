CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    sha256, made_at
ON offer_picture FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id sha256 made_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, name, kind, topic, product, buttons, picture_id, made_by, made_at
ON offer FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token name kind topic product buttons picture_id made_by made_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    html, picture_words
ON offer_text FOR EACH ROW EXECUTE FUNCTION guard_row(
    'offer_id variant language',
    'offer_id variant language html picture_words'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, offer_id, audience_id, starts_at, ends_at, first_hour, until_hour, rate, is_paid, stars_most, held_out_percent, measure, window_days, state, bound, approval_id, made_by, made_at
ON broadcast FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token offer_id audience_id starts_at ends_at first_hour until_hour rate is_paid stars_most held_out_percent measure window_days state bound approval_id made_by made_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    html, buttons
ON broadcast_message FOR EACH ROW EXECUTE FUNCTION guard_row(
    'broadcast_id variant language',
    'broadcast_id variant language html buttons'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    broadcast_id, customer_id, at, variant, way
ON offer_tap FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id broadcast_id customer_id at variant way'
);
