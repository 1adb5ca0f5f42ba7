-- Who says to be under 18 has said so: the No stands until an operator corrects it.
ALTER TABLE customer
    ADD COLUMN adult_denied_at timestamptz,
    ADD CONSTRAINT ck_customer_one_age CHECK (adult_confirmed_at IS NULL OR adult_denied_at IS NULL);
