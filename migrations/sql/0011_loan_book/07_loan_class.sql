-- loans.rules.classes says the same; a test holds the two together.
CREATE FUNCTION loan_class(overdue_since date, restructured_on date, on_date date) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN on_date - overdue_since > 360 THEN 'loss'
        WHEN on_date - overdue_since > 270 THEN 'doubtful'
        WHEN on_date - overdue_since > 90 THEN 'substandard'
        WHEN on_date - overdue_since > 0
            OR (restructured_on <= on_date AND on_date < restructured_on + interval '1 year') THEN 'special_mention'
        ELSE 'pass'
    END
$$;
