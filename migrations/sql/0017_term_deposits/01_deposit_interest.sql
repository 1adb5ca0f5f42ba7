-- deposits.rules.interest says the same; a test holds the two together. Half-up, in minor units.
CREATE FUNCTION deposit_interest(principal bigint, annual_rate numeric, days integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CAST(round(principal * annual_rate * days / 36500) AS bigint)
$$;
