CREATE FUNCTION provision_percent(loan_class varchar) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE loan_class
        WHEN 'pass' THEN 1 WHEN 'special_mention' THEN 2 WHEN 'substandard' THEN 25
        WHEN 'doubtful' THEN 50 WHEN 'loss' THEN 100 END
$$;

-- Half-up, in minor units.
CREATE FUNCTION required_provision(outstanding bigint, loan_class varchar) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (outstanding * provision_percent(loan_class) + 50) / 100
$$;

-- The owner of 1190 and 5010: the product's number, and the class as its last digit.
CREATE FUNCTION provision_owner(product_number bigint, loan_class varchar) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT product_number * 10 + CASE loan_class
        WHEN 'pass' THEN 1 WHEN 'special_mention' THEN 2 WHEN 'substandard' THEN 3
        WHEN 'doubtful' THEN 4 WHEN 'loss' THEN 5 END
$$;
