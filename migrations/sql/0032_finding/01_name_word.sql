-- The words of people's names as keyed hashes: an operator finds a person by them, and a stolen dump gives no name.
-- Those of people from before are written by the program that brings the schema up to date, as SQL has no key.
CREATE TABLE name_word (
    hash bytea NOT NULL,
    customer_id bigint NOT NULL,
    CONSTRAINT pk_name_word PRIMARY KEY (hash, customer_id)
);

CREATE INDEX ix_name_word_customer_id ON name_word (customer_id);
