CREATE INDEX ix_money_request_asker_id ON money_request (asker_id, asked_at);
