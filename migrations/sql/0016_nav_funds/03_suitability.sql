CREATE TABLE assessment (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_assessment PRIMARY KEY,
    customer_id bigint NOT NULL,
    questionnaire varchar NOT NULL,
    answers jsonb NOT NULL,
    score integer NOT NULL,
    risk_class integer NOT NULL,
    taken_at timestamptz NOT NULL,
    taken_on date NOT NULL,
    valid_until date NOT NULL,
    CONSTRAINT ck_assessment_known_class CHECK (risk_class BETWEEN 1 AND 5)
);

CREATE INDEX ix_assessment_customer_id ON assessment (customer_id, id);

CREATE TABLE disclosure (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_disclosure PRIMARY KEY,
    key varchar NOT NULL CONSTRAINT uq_disclosure_key UNIQUE,
    customer_id bigint NOT NULL,
    product varchar NOT NULL,
    product_version integer NOT NULL,
    risk varchar NOT NULL,
    assessment_id bigint,
    language varchar NOT NULL,
    text varchar NOT NULL,
    text_hash varchar NOT NULL,
    figures jsonb NOT NULL,
    confirmed_at timestamptz NOT NULL
);

CREATE INDEX ix_disclosure_customer_id ON disclosure (customer_id, id);
