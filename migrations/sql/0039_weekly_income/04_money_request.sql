-- What a person is asked for stands on top of their menu.
CREATE INDEX ix_money_request_payer_id ON money_request (payer_id) WHERE state = 'open';
