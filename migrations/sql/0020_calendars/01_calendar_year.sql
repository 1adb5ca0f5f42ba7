CREATE TABLE calendar_year (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_calendar_year PRIMARY KEY,
    year integer NOT NULL,
    days jsonb NOT NULL,
    applied_at timestamptz NOT NULL
);
