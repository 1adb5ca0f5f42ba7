-- What is proposed to each of those who would borrow together; what each asks for is their own line.
ALTER TABLE group_loan
    ADD COLUMN principal bigint,
    ADD COLUMN count integer,
    ADD CONSTRAINT ck_group_loan_proposed CHECK (principal > 0 AND count > 0);
