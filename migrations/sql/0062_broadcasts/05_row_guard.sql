CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    kind, topic, is_credit, product_line, starts_at, ends_at, rate, is_paid, stars_at_most, holdout, global_holdout,
    variants, maker_id, checker_id
ON broadcast_run FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id kind topic is_credit product_line starts_at ends_at rate is_paid stars_at_most holdout global_holdout variants maker_id checker_id'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    text, picture, buttons
ON broadcast_content FOR EACH ROW EXECUTE FUNCTION guard_row(
    'run_id variant language',
    'run_id variant language text picture buttons'
);
