CREATE INDEX ix_outbox_debt_about ON outbox (about, id) WHERE merge_key = 'debt.reminder';
