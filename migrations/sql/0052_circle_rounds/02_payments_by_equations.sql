-- Each payment is held to its due, its entry and its payer's wallet by equations, so that a morning's hundred thousand
-- need no digest each.
DROP TRIGGER row_guard ON circle_payment;
DELETE FROM row_guard WHERE of_table = 'circle_payment';
