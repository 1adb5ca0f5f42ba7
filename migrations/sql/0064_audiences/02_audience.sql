-- Saved questions. A version is never changed: a broadcast was approved for the one that it names.
CREATE TABLE audience (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_audience PRIMARY KEY,
    name varchar NOT NULL CONSTRAINT uq_audience_name UNIQUE,
    made_by bigint NOT NULL,
    made_at timestamptz NOT NULL
);
REVOKE DELETE ON audience FROM susu_app;

CREATE TABLE audience_version (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_audience_version PRIMARY KEY,
    audience_id bigint NOT NULL,
    number integer NOT NULL,
    question jsonb NOT NULL,
    made_by bigint NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT uq_audience_version_audience_id_number UNIQUE (audience_id, number),
    CONSTRAINT ck_audience_version_counted CHECK (number >= 1)
);
REVOKE UPDATE, DELETE ON audience_version FROM susu_app;

-- How many it was at the end of a day, and how many of them could have been told of each topic.
CREATE TABLE audience_count (
    version_id bigint NOT NULL,
    on_date date NOT NULL,
    matched integer NOT NULL,
    loans integer NOT NULL,
    saving integer NOT NULL,
    news integer NOT NULL,
    CONSTRAINT pk_audience_count PRIMARY KEY (version_id, on_date)
);
REVOKE UPDATE, DELETE ON audience_count FROM susu_app;
CREATE INDEX ix_audience_count_on_date ON audience_count (on_date);
