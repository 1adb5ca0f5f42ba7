-- Whether anything is plain still is asked at each start: by indexes that are empty once it has been encrypted.
CREATE INDEX ix_customer_plain ON customer (id) WHERE username IS NOT NULL;
CREATE INDEX ix_send_plain ON send (id) WHERE note IS NOT NULL;
CREATE INDEX ix_money_request_plain ON money_request (id) WHERE note IS NOT NULL;
CREATE INDEX ix_plan_plain ON plan (id) WHERE name IS NOT NULL;
CREATE INDEX ix_intent_plain ON intent (id) WHERE NOT params ? 'sealed' OR NOT result ? 'sealed';
