-- Who bears a bill that is put together in a group may bear more than others, or a sum of their own, and may have paid
-- of it at the shop. A draft that nobody asks for lapses.
ALTER TABLE bill_draft_person
    ADD COLUMN weight integer NOT NULL DEFAULT 1,
    ADD COLUMN amount bigint,
    ADD COLUMN paid bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT ck_bill_draft_person_weight_bounded CHECK (weight BETWEEN 1 AND 1000),
    ADD CONSTRAINT ck_bill_draft_person_amount_positive CHECK (amount > 0),
    ADD CONSTRAINT ck_bill_draft_person_paid_bounded CHECK (paid >= 0);
ALTER TABLE bill_draft_person ALTER COLUMN weight DROP DEFAULT, ALTER COLUMN paid DROP DEFAULT;

ALTER TABLE bill_draft DROP CONSTRAINT ck_bill_draft_known_state;
ALTER TABLE bill_draft
    ADD CONSTRAINT ck_bill_draft_known_state CHECK (state IN ('open', 'asked', 'dropped', 'expired'));
CREATE INDEX ix_bill_draft_open ON bill_draft (made_at) WHERE state = 'open';
