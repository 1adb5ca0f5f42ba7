-- The guards of the four tables cover the new columns, too. A digest that did not fit before fits no better now.
DROP TRIGGER row_guard ON customer;
CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    telegram_id, chat_id, username, username_sealed, username_hash, name_sealed, tier, terms_version, terms_accepted_at, phone_sealed, phone_hash, adult_confirmed_at, adult_denied_at, bureau_consent_at, marketing_consent_at, monthly_income, other_instalments, pin_hash, pin_failures, pin_failing_since, pin_locked_until, outflow_locked_at, created_at
ON customer FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id telegram_id chat_id username username_sealed username_hash name_sealed tier terms_version terms_accepted_at phone_sealed phone_hash adult_confirmed_at adult_denied_at bureau_consent_at marketing_consent_at monthly_income other_instalments pin_hash pin_failures pin_failing_since pin_locked_until outflow_locked_at created_at'
);
UPDATE row_guard SET digest = row_digest(customer, string_to_array('id telegram_id chat_id username username_sealed username_hash name_sealed tier terms_version terms_accepted_at phone_sealed phone_hash adult_confirmed_at adult_denied_at bureau_consent_at marketing_consent_at monthly_income other_instalments pin_hash pin_failures pin_failing_since pin_locked_until outflow_locked_at created_at', ' '))
FROM customer
WHERE of_table = 'customer' AND row_key = customer.id::text
    AND digest = row_digest(customer, string_to_array('id telegram_id chat_id username name_sealed tier terms_version terms_accepted_at phone_sealed phone_hash adult_confirmed_at adult_denied_at bureau_consent_at marketing_consent_at monthly_income other_instalments pin_hash pin_failures pin_failing_since pin_locked_until outflow_locked_at created_at', ' '));

DROP TRIGGER row_guard ON send;
CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, sender_id, payee_id, amount, asset, note, note_sealed, state, sent_at, sent_in, delivers_at, returns_at, settled_at
ON send FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token sender_id payee_id amount asset note note_sealed state sent_at sent_in delivers_at returns_at settled_at'
);
UPDATE row_guard SET digest = row_digest(send, string_to_array('id token sender_id payee_id amount asset note note_sealed state sent_at sent_in delivers_at returns_at settled_at', ' '))
FROM send
WHERE of_table = 'send' AND row_key = send.id::text
    AND digest = row_digest(send, string_to_array('id token sender_id payee_id amount asset note state sent_at sent_in delivers_at returns_at settled_at', ' '));

DROP TRIGGER row_guard ON money_request;
CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, asker_id, payer_id, amount, asset, note, note_sealed, state, asked_at, settled_at
ON money_request FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token asker_id payer_id amount asset note note_sealed state asked_at settled_at'
);
UPDATE row_guard SET digest = row_digest(money_request, string_to_array('id token asker_id payer_id amount asset note note_sealed state asked_at settled_at', ' '))
FROM money_request
WHERE of_table = 'money_request' AND row_key = money_request.id::text
    AND digest = row_digest(money_request, string_to_array('id token asker_id payer_id amount asset note state asked_at settled_at', ' '));

DROP TRIGGER row_guard ON plan;
CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, customer_id, kind, target, asset, amount, every, due_day, starts_on, next_on, name, name_sealed, goal, goal_on, state, made_at, ended_on
ON plan FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key customer_id kind target asset amount every due_day starts_on next_on name name_sealed goal goal_on state made_at ended_on'
);
UPDATE row_guard SET digest = row_digest(plan, string_to_array('id key customer_id kind target asset amount every due_day starts_on next_on name name_sealed goal goal_on state made_at ended_on', ' '))
FROM plan
WHERE of_table = 'plan' AND row_key = plan.id::text
    AND digest = row_digest(plan, string_to_array('id key customer_id kind target asset amount every due_day starts_on next_on name goal goal_on state made_at ended_on', ' '));
