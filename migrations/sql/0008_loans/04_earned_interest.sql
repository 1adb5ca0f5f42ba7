CREATE FUNCTION earned_interest(
    interest bigint, earned_before bigint, starts_on date, due_on date, upto date
) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- What of an instalment's interest is earned by the days before `upto`: each day an equal share, rounded
    -- down on the sum of the days (loans.rules.interest.accrued_interest says the same of one period).
    SELECT earned_before
        + (interest - earned_before) * greatest(0, least(upto, due_on) - starts_on) / (due_on - starts_on)
$$;
