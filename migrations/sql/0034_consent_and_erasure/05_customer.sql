-- The consent to ask the bureau becomes a line, as far as it was given; the single mark for offers is asked anew.
INSERT INTO consent (customer_id, topic, about, given, at, wording, wording_version, language, place)
SELECT id, 'bureau', '', true, bureau_consent_at, '', 'before lines', language, 'first loan'
FROM customer WHERE bureau_consent_at IS NOT NULL;

INSERT INTO consent (customer_id, topic, about, given, at, wording, wording_version, language, place)
SELECT loan.customer_id, 'debit', 'loan:' || loan.id, true, loan.signed_at, '', 'before lines', customer.language,
    'contract'
FROM loan JOIN customer ON customer.id = loan.customer_id
WHERE loan.automatic_debit AND loan.state = 'active';

-- Who is erased keeps a number: the Telegram account below zero is nobody's, and no chat is left.
ALTER TABLE customer DROP CONSTRAINT ck_customer_private_chat;
ALTER TABLE customer ADD CONSTRAINT ck_customer_private_chat CHECK (chat_id > 0 OR telegram_id < 0 AND chat_id = 0);
