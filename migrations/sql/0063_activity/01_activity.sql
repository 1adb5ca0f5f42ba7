-- The institution's day on which somebody wrote or tapped last. Apart from the customer's row, which it would churn.
CREATE TABLE customer_activity (
    customer_id bigint NOT NULL CONSTRAINT pk_customer_activity PRIMARY KEY,
    last_active_on date NOT NULL
);
