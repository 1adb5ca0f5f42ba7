-- @names, notes and goals' names are encrypted, and @names found by a keyed hash. What is plain is encrypted by the
-- program that brings the schema up to date, as SQL has no key; the columns stay, empty.
ALTER TABLE customer ADD COLUMN username_sealed bytea, ADD COLUMN username_hash bytea;
ALTER TABLE customer ADD CONSTRAINT uq_customer_username_hash UNIQUE (username_hash);
ALTER TABLE send ADD COLUMN note_sealed bytea, ALTER COLUMN note DROP NOT NULL;
ALTER TABLE money_request ADD COLUMN note_sealed bytea, ALTER COLUMN note DROP NOT NULL;
ALTER TABLE plan ADD COLUMN name_sealed bytea, ALTER COLUMN name DROP NOT NULL, ALTER COLUMN name DROP DEFAULT;
DROP INDEX ix_customer_username;
