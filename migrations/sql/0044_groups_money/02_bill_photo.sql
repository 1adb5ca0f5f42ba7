-- The photo of a bill, as Telegram's id of it: a draft and the bill that it becomes have one token, so one photo.
CREATE TABLE bill_photo (
    token varchar NOT NULL CONSTRAINT pk_bill_photo PRIMARY KEY,
    customer_id bigint NOT NULL,
    file_sealed bytea NOT NULL,
    hung_at timestamptz NOT NULL
);

CREATE INDEX ix_bill_photo_customer_id ON bill_photo (customer_id);
