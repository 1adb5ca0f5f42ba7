-- What stands when the guards come is taken for what the service wrote.
INSERT INTO row_guard SELECT 'book', id::text, row_digest(
    book, string_to_array('id zone clock_offset live_until', ' ')
) FROM book;

INSERT INTO row_guard SELECT 'calendar_year', id::text, row_digest(
    calendar_year, string_to_array('id year days applied_at', ' ')
) FROM calendar_year;

INSERT INTO row_guard SELECT 'chart', code::text, row_digest(
    chart, string_to_array('code name kind side owned_by floored client_money', ' ')
) FROM chart;

INSERT INTO row_guard SELECT 'product', code::text || '.' || version::text, row_digest(
    product, string_to_array('code version line terms valid_from applied_at', ' ')
) FROM product;

INSERT INTO row_guard SELECT 'customer', id::text, row_digest(
    customer, string_to_array('id telegram_id chat_id username name_sealed tier terms_version terms_accepted_at phone_sealed phone_hash adult_confirmed_at adult_denied_at bureau_consent_at marketing_consent_at monthly_income other_instalments pin_hash pin_failures pin_failing_since pin_locked_until outflow_locked_at created_at', ' ')
) FROM customer;

INSERT INTO row_guard SELECT 'block', blocker_id::text || '.' || blocked_id::text, row_digest(
    block, string_to_array('blocker_id blocked_id blocked_at', ' ')
) FROM block;

INSERT INTO row_guard SELECT 'operator_role', id::text, row_digest(
    operator_role, string_to_array('id customer_id role granted_by granted_at revoked_by revoked_at', ' ')
) FROM operator_role;

INSERT INTO row_guard SELECT 'approval', id::text, row_digest(
    approval, string_to_array('id key action subject params why before after version state maker_id made_at due_at decided_by decided_at answer result', ' ')
) FROM approval;

INSERT INTO row_guard SELECT 'audit_line', id::text, row_digest(
    audit_line, string_to_array('id at actor_id act subject details', ' ')
) FROM audit_line;

INSERT INTO row_guard SELECT 'intent', id::text, row_digest(
    intent, string_to_array('id token version customer_id chat_id action params state result created_at settled_at', ' ')
) FROM intent;

INSERT INTO row_guard SELECT 'assessment', id::text, row_digest(
    assessment, string_to_array('id customer_id questionnaire answers score risk_class taken_at taken_on valid_until', ' ')
) FROM assessment;

INSERT INTO row_guard SELECT 'disclosure', id::text, row_digest(
    disclosure, string_to_array('id key customer_id product product_version risk assessment_id language text text_hash figures confirmed_at', ' ')
) FROM disclosure;

INSERT INTO row_guard SELECT 'hold', id::text, row_digest(
    hold, string_to_array('id account_id amount key created_at expires_at state ended_at entry_id', ' ')
) FROM hold;

INSERT INTO row_guard SELECT 'send', id::text, row_digest(
    send, string_to_array('id token sender_id payee_id amount asset note state sent_at sent_in delivers_at returns_at settled_at', ' ')
) FROM send;

INSERT INTO row_guard SELECT 'money_request', id::text, row_digest(
    money_request, string_to_array('id token asker_id payer_id amount asset note state asked_at settled_at', ' ')
) FROM money_request;

INSERT INTO row_guard SELECT 'outflow', customer_id::text || '.' || year::text, row_digest(
    outflow, string_to_array('customer_id year amount', ' ')
) FROM outflow;

INSERT INTO row_guard SELECT 'loan', id::text, row_digest(
    loan, string_to_array('id key customer_id product product_version product_number grade asset principal annual_rate penalty_rate grace_days all_in_rate count unit every automatic_debit debit_from_change_plus signed_at disbursed_on cooling_off_until state ended_on draw_until restructured_on', ' ')
) FROM loan;

INSERT INTO row_guard SELECT 'instalment', loan_id::text || '.' || nr::text, row_digest(
    instalment, string_to_array('loan_id nr starts_on due_on principal interest fee', ' ')
) FROM instalment;

INSERT INTO row_guard SELECT 'loan_application', id::text, row_digest(
    loan_application, string_to_array('id customer_id product product_version asset principal count unit refinances grade all_in_rate quoted facts credit_limit reasons concerns state asked_at referred_at decided_at decided_by approved_principal expires_at loan_id', ' ')
) FROM loan_application;

INSERT INTO row_guard SELECT 'loan_contract', loan_id::text, row_digest(
    loan_contract, string_to_array('loan_id language sealed sha256 signed_on', ' ')
) FROM loan_contract;

INSERT INTO row_guard SELECT 'loan_handover', id::text, row_digest(
    loan_handover, string_to_array('id loan_id collector from_on until_on', ' ')
) FROM loan_handover;

INSERT INTO row_guard SELECT 'loan_payment', id::text, row_digest(
    loan_payment, string_to_array('id loan_id entry_id kind amount value_on on_date parts before loan_before ahead reversed_entry_id', ' ')
) FROM loan_payment;

INSERT INTO row_guard SELECT 'schedule_version', loan_id::text || '.' || version::text, row_digest(
    schedule_version, string_to_array('loan_id version from_on reason lines', ' ')
) FROM schedule_version;

INSERT INTO row_guard SELECT 'restructure_offer', id::text, row_digest(
    restructure_offer, string_to_array('id loan_id customer_id params state offered_at expires_at settled_at', ' ')
) FROM restructure_offer;

INSERT INTO row_guard SELECT 'hardship_case', id::text, row_digest(
    hardship_case, string_to_array('id key loan_id customer_id reason note_sealed can_pay proposal opened_on opened_at paused_until state officer_id approval_id closed_at', ' ')
) FROM hardship_case;

INSERT INTO row_guard SELECT 'promise', id::text, row_digest(
    promise, string_to_array('id key loan_id amount paid_before made_on made_at due_on state ended_on', ' ')
) FROM promise;

INSERT INTO row_guard SELECT 'guarantee', id::text, row_digest(
    guarantee, string_to_array('id application_id loan_id customer_id share_nr share_of at_most state asked_at answered_at called called_through paid paid_back', ' ')
) FROM guarantee;

INSERT INTO row_guard SELECT 'deposit', id::text, row_digest(
    deposit, string_to_array('id key customer_id product product_version asset placed principal days annual_rate demand_rate opened_at opened_on matures_on rollover state part_taken_on paid_interest ended_on rolled_from', ' ')
) FROM deposit;

INSERT INTO row_guard SELECT 'plan', id::text, row_digest(
    plan, string_to_array('id key customer_id kind target asset amount every due_day starts_on next_on name goal goal_on state made_at ended_on', ' ')
) FROM plan;

INSERT INTO row_guard SELECT 'fund', id::text, row_digest(
    fund, string_to_array('id code asset unit_asset opened_on', ' ')
) FROM fund;

INSERT INTO row_guard SELECT 'fund_income', fund_id::text || '.' || on_date::text, row_digest(
    fund_income, string_to_array('fund_id on_date rate source published_at units income paid_on corrected_by', ' ')
) FROM fund_income;

INSERT INTO row_guard SELECT 'fund_order', id::text, row_digest(
    fund_order, string_to_array('id key fund_id customer_id kind amount cancelled state ordered_at ordered_on confirm_on queued_on settled_on', ' ')
) FROM fund_order;

INSERT INTO row_guard SELECT 'income_correction', id::text, row_digest(
    income_correction, string_to_array('id key fund_id on_date before rate undoes source ordered_at done_on', ' ')
) FROM income_correction;

INSERT INTO row_guard SELECT 'holding', fund_id::text || '.' || customer_id::text, row_digest(
    holding, string_to_array('fund_id customer_id signed_at product_version units_account sweep_floor', ' ')
) FROM holding;

INSERT INTO row_guard SELECT 'nav_fund', id::text, row_digest(
    nav_fund, string_to_array('id code asset unit_asset opened_on', ' ')
) FROM nav_fund;

INSERT INTO row_guard SELECT 'nav_price', fund_id::text || '.' || on_date::text || '.' || version::text, row_digest(
    nav_price, string_to_array('fund_id on_date version nav source published_at', ' ')
) FROM nav_price;

INSERT INTO row_guard SELECT 'nav_dividend', fund_id::text || '.' || ex_on::text, row_digest(
    nav_dividend, string_to_array('fund_id ex_on per_unit declared_by declared_at paid_on', ' ')
) FROM nav_dividend;

INSERT INTO row_guard SELECT 'nav_suspension', id::text, row_digest(
    nav_suspension, string_to_array('id fund_id from_at until_at reason suspended_by lifted_by', ' ')
) FROM nav_suspension;

INSERT INTO row_guard SELECT 'nav_holding', fund_id::text || '.' || customer_id::text, row_digest(
    nav_holding, string_to_array('fund_id customer_id signed_at product_version dividends', ' ')
) FROM nav_holding;

INSERT INTO row_guard SELECT 'nav_order', id::text, row_digest(
    nav_order, string_to_array('id key fund_id to_fund_id customer_id kind amount product_version state ordered_at ordered_on priced_on confirm_on pays_on nav to_nav fee to_fee net units_in confirmed_on paid_on cancelled_on entry_id paid_entry_id', ' ')
) FROM nav_order;

INSERT INTO row_guard SELECT 'nav_lot', order_id::text, row_digest(
    nav_lot, string_to_array('order_id fund_id customer_id since units units_left', ' ')
) FROM nav_lot;

INSERT INTO row_guard SELECT 'nav_lot_use', order_id::text || '.' || lot_id::text, row_digest(
    nav_lot_use, string_to_array('order_id lot_id units', ' ')
) FROM nav_lot_use;
