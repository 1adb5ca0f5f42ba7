-- For each table that finance_core/guarding.py lists; a test holds the two together.
CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    zone, clock_offset, live_until
ON book FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id zone clock_offset live_until'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    year, days, applied_at
ON calendar_year FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id year days applied_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    name, kind, side, owned_by, floored, client_money
ON chart FOR EACH ROW EXECUTE FUNCTION guard_row(
    'code',
    'code name kind side owned_by floored client_money'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    line, terms, valid_from, applied_at
ON product FOR EACH ROW EXECUTE FUNCTION guard_row(
    'code version',
    'code version line terms valid_from applied_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    telegram_id, chat_id, username, name_sealed, tier, terms_version, terms_accepted_at, phone_sealed,
    phone_hash, adult_confirmed_at, adult_denied_at, bureau_consent_at, marketing_consent_at, monthly_income,
    other_instalments, pin_hash, pin_failures, pin_failing_since, pin_locked_until, outflow_locked_at,
    created_at
ON customer FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id telegram_id chat_id username name_sealed tier terms_version terms_accepted_at phone_sealed phone_hash adult_confirmed_at adult_denied_at bureau_consent_at marketing_consent_at monthly_income other_instalments pin_hash pin_failures pin_failing_since pin_locked_until outflow_locked_at created_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    blocked_at
ON block FOR EACH ROW EXECUTE FUNCTION guard_row(
    'blocker_id blocked_id',
    'blocker_id blocked_id blocked_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, role, granted_by, granted_at, revoked_by, revoked_at
ON operator_role FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id role granted_by granted_at revoked_by revoked_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, action, subject, params, why, before, after, version, state, maker_id, made_at, due_at, decided_by,
    decided_at, answer, result
ON approval FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key action subject params why before after version state maker_id made_at due_at decided_by decided_at answer result'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    at, actor_id, act, subject, details
ON audit_line FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id at actor_id act subject details'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, version, customer_id, chat_id, action, params, state, result, created_at, settled_at
ON intent FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token version customer_id chat_id action params state result created_at settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, questionnaire, answers, score, risk_class, taken_at, taken_on, valid_until
ON assessment FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id questionnaire answers score risk_class taken_at taken_on valid_until'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, customer_id, product, product_version, risk, assessment_id, language, text, text_hash, figures,
    confirmed_at
ON disclosure FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key customer_id product product_version risk assessment_id language text text_hash figures confirmed_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    account_id, amount, key, created_at, expires_at, state, ended_at, entry_id
ON hold FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id account_id amount key created_at expires_at state ended_at entry_id'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, sender_id, payee_id, amount, asset, note, state, sent_at, sent_in, delivers_at, returns_at,
    settled_at
ON send FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token sender_id payee_id amount asset note state sent_at sent_in delivers_at returns_at settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    token, asker_id, payer_id, amount, asset, note, state, asked_at, settled_at
ON money_request FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id token asker_id payer_id amount asset note state asked_at settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    amount
ON outflow FOR EACH ROW EXECUTE FUNCTION guard_row(
    'customer_id year',
    'customer_id year amount'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, customer_id, product, product_version, product_number, grade, asset, principal, annual_rate,
    penalty_rate, grace_days, all_in_rate, count, unit, every, automatic_debit, debit_from_change_plus,
    signed_at, disbursed_on, cooling_off_until, state, ended_on, draw_until, restructured_on
ON loan FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key customer_id product product_version product_number grade asset principal annual_rate penalty_rate grace_days all_in_rate count unit every automatic_debit debit_from_change_plus signed_at disbursed_on cooling_off_until state ended_on draw_until restructured_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    starts_on, due_on, principal, interest, fee
ON instalment FOR EACH ROW EXECUTE FUNCTION guard_row(
    'loan_id nr',
    'loan_id nr starts_on due_on principal interest fee'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    customer_id, product, product_version, asset, principal, count, unit, refinances, grade, all_in_rate,
    quoted, facts, credit_limit, reasons, concerns, state, asked_at, referred_at, decided_at, decided_by,
    approved_principal, expires_at, loan_id
ON loan_application FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id customer_id product product_version asset principal count unit refinances grade all_in_rate quoted facts credit_limit reasons concerns state asked_at referred_at decided_at decided_by approved_principal expires_at loan_id'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    language, sealed, sha256, signed_on
ON loan_contract FOR EACH ROW EXECUTE FUNCTION guard_row(
    'loan_id',
    'loan_id language sealed sha256 signed_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    loan_id, collector, from_on, until_on
ON loan_handover FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id loan_id collector from_on until_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    loan_id, entry_id, kind, amount, value_on, on_date, parts, before, loan_before, ahead, reversed_entry_id
ON loan_payment FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id loan_id entry_id kind amount value_on on_date parts before loan_before ahead reversed_entry_id'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    from_on, reason, lines
ON schedule_version FOR EACH ROW EXECUTE FUNCTION guard_row(
    'loan_id version',
    'loan_id version from_on reason lines'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    loan_id, customer_id, params, state, offered_at, expires_at, settled_at
ON restructure_offer FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id loan_id customer_id params state offered_at expires_at settled_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, loan_id, customer_id, reason, note_sealed, can_pay, proposal, opened_on, opened_at, paused_until,
    state, officer_id, approval_id, closed_at
ON hardship_case FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key loan_id customer_id reason note_sealed can_pay proposal opened_on opened_at paused_until state officer_id approval_id closed_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, loan_id, amount, paid_before, made_on, made_at, due_on, state, ended_on
ON promise FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key loan_id amount paid_before made_on made_at due_on state ended_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    application_id, loan_id, customer_id, share_nr, share_of, at_most, state, asked_at, answered_at, called,
    called_through, paid, paid_back
ON guarantee FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id application_id loan_id customer_id share_nr share_of at_most state asked_at answered_at called called_through paid paid_back'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, customer_id, product, product_version, asset, placed, principal, days, annual_rate, demand_rate,
    opened_at, opened_on, matures_on, rollover, state, part_taken_on, paid_interest, ended_on, rolled_from
ON deposit FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key customer_id product product_version asset placed principal days annual_rate demand_rate opened_at opened_on matures_on rollover state part_taken_on paid_interest ended_on rolled_from'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, customer_id, kind, target, asset, amount, every, due_day, starts_on, next_on, name, goal, goal_on,
    state, made_at, ended_on
ON plan FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key customer_id kind target asset amount every due_day starts_on next_on name goal goal_on state made_at ended_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    code, asset, unit_asset, opened_on
ON fund FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id code asset unit_asset opened_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    rate, source, published_at, units, income, paid_on, corrected_by
ON fund_income FOR EACH ROW EXECUTE FUNCTION guard_row(
    'fund_id on_date',
    'fund_id on_date rate source published_at units income paid_on corrected_by'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, fund_id, customer_id, kind, amount, cancelled, state, ordered_at, ordered_on, confirm_on, queued_on,
    settled_on
ON fund_order FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key fund_id customer_id kind amount cancelled state ordered_at ordered_on confirm_on queued_on settled_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, fund_id, on_date, before, rate, undoes, source, ordered_at, done_on
ON income_correction FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key fund_id on_date before rate undoes source ordered_at done_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    signed_at, product_version, units_account, sweep_floor
ON holding FOR EACH ROW EXECUTE FUNCTION guard_row(
    'fund_id customer_id',
    'fund_id customer_id signed_at product_version units_account sweep_floor'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    code, asset, unit_asset, opened_on
ON nav_fund FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id code asset unit_asset opened_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    nav, source, published_at
ON nav_price FOR EACH ROW EXECUTE FUNCTION guard_row(
    'fund_id on_date version',
    'fund_id on_date version nav source published_at'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    per_unit, declared_by, declared_at, paid_on
ON nav_dividend FOR EACH ROW EXECUTE FUNCTION guard_row(
    'fund_id ex_on',
    'fund_id ex_on per_unit declared_by declared_at paid_on'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    fund_id, from_at, until_at, reason, suspended_by, lifted_by
ON nav_suspension FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id fund_id from_at until_at reason suspended_by lifted_by'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    signed_at, product_version, dividends
ON nav_holding FOR EACH ROW EXECUTE FUNCTION guard_row(
    'fund_id customer_id',
    'fund_id customer_id signed_at product_version dividends'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    key, fund_id, to_fund_id, customer_id, kind, amount, product_version, state, ordered_at, ordered_on,
    priced_on, confirm_on, pays_on, nav, to_nav, fee, to_fee, net, units_in, confirmed_on, paid_on,
    cancelled_on, entry_id, paid_entry_id
ON nav_order FOR EACH ROW EXECUTE FUNCTION guard_row(
    'id',
    'id key fund_id to_fund_id customer_id kind amount product_version state ordered_at ordered_on priced_on confirm_on pays_on nav to_nav fee to_fee net units_in confirmed_on paid_on cancelled_on entry_id paid_entry_id'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    fund_id, customer_id, since, units, units_left
ON nav_lot FOR EACH ROW EXECUTE FUNCTION guard_row(
    'order_id',
    'order_id fund_id customer_id since units units_left'
);

CREATE TRIGGER row_guard AFTER INSERT OR DELETE OR UPDATE OF
    units
ON nav_lot_use FOR EACH ROW EXECUTE FUNCTION guard_row(
    'order_id lot_id',
    'order_id lot_id units'
);
