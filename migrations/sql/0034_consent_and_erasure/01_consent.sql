-- What people have agreed to and taken back, line by line: the last line of a topic counts.
CREATE TABLE consent (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_consent PRIMARY KEY,
    customer_id bigint NOT NULL,
    topic varchar NOT NULL,
    about varchar NOT NULL,
    given boolean NOT NULL,
    at timestamptz NOT NULL,
    wording varchar NOT NULL,
    wording_version varchar NOT NULL,
    language varchar NOT NULL,
    place varchar NOT NULL,
    CONSTRAINT ck_consent_known_topic CHECK (
        topic IN ('loans', 'saving', 'news', 'fewer', 'no_loans', 'nothing_chosen', 'bureau', 'debit')
    ),
    CONSTRAINT ck_consent_debit_is_of_a_loan CHECK ((topic = 'debit') = (about <> ''))
);

CREATE INDEX ix_consent_customer_id ON consent (customer_id, topic, about, id);
REVOKE UPDATE, DELETE ON consent FROM susu_app;
