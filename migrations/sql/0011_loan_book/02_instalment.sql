ALTER TABLE instalment
    DROP CONSTRAINT ck_instalment_not_negative,
    ADD COLUMN fee bigint NOT NULL DEFAULT 0,
    ADD COLUMN charged_fee bigint NOT NULL DEFAULT 0,
    ADD COLUMN late_fee bigint NOT NULL DEFAULT 0,
    ADD COLUMN paid_fee bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT ck_instalment_not_negative CHECK (
        principal >= 0 AND interest >= 0 AND late_interest >= 0 AND penalty >= 0 AND fee >= 0 AND late_fee >= 0
    ),
    ADD CONSTRAINT ck_instalment_fee_within CHECK (paid_fee BETWEEN 0 AND charged_fee + late_fee),
    ADD CONSTRAINT ck_instalment_charged_fee_within CHECK (charged_fee BETWEEN 0 AND fee);
