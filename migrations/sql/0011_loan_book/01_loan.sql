ALTER TABLE loan
    DROP CONSTRAINT ck_loan_known_state,
    ADD COLUMN late_fee bigint NOT NULL DEFAULT 0,
    ADD COLUMN fee_deferred bigint NOT NULL DEFAULT 0,
    ADD COLUMN fee_earned bigint NOT NULL DEFAULT 0,
    ADD COLUMN fee_ends_on date,
    ADD COLUMN capitalised bigint NOT NULL DEFAULT 0,
    ADD COLUMN restructured_on date,
    ADD COLUMN overdue_since date,
    ADD COLUMN loan_class varchar NOT NULL DEFAULT 'pass',
    ADD COLUMN provision bigint NOT NULL DEFAULT 0,
    ADD COLUMN non_accrual_since date,
    ADD COLUMN suspended_principal bigint NOT NULL DEFAULT 0,
    ADD COLUMN suspended_interest bigint NOT NULL DEFAULT 0,
    ADD COLUMN suspended_fee bigint NOT NULL DEFAULT 0,
    ADD COLUMN suspended_penalty bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT ck_loan_known_state CHECK (state IN ('active', 'settled', 'void', 'written_off')),
    ADD CONSTRAINT ck_loan_fee_earned_within CHECK (fee_earned BETWEEN 0 AND fee_deferred),
    ADD CONSTRAINT ck_loan_book_not_negative CHECK (
        late_fee >= 0 AND capitalised >= 0 AND provision >= 0 AND suspended_principal >= 0
        AND suspended_interest >= 0 AND suspended_fee >= 0 AND suspended_penalty >= 0);
