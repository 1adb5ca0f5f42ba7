"""What loans hold on people: applications, contracts, what was paid and said about them; most of it stays."""

from __future__ import annotations

from typing import Final

from finance_core.customers.personal import other_name
from finance_core.loans.contact.hardship import note_associated_data
from finance_core.loans.origination.contract import contract_associated_data
from finance_core.loans.origination.self_limits import KEEP_OF_ERASED
from finance_core.storage.personal import Held, Kept, Need, Personal, Why, rows_of

_OF_LOANS: Final = "loan_id IN (SELECT id FROM loan WHERE customer_id = :customer)"


def _of_loan(table: str, columns: str, *, order: str, why: Why = Why.CONTRACTS) -> Held:
    return Held(table, why, Kept.FOR_GOOD, rows_of(table, columns, _OF_LOANS, order))


_GUARANTEES: Final = """
    SELECT guarantee.id, guarantee.loan_id, guarantee.share_nr, guarantee.share_of, guarantee.at_most, guarantee.state,
        guarantee.asked_at, guarantee.answered_at, guarantee.called, guarantee.paid, guarantee.paid_back,
        guarantee.customer_id = :customer AS stands, other.id AS _other_id, other.name_sealed AS other_sealed
    FROM guarantee
    JOIN loan_application asked ON asked.id = guarantee.application_id
    JOIN customer other
        ON other.id = CASE WHEN guarantee.customer_id = :customer THEN asked.customer_id ELSE guarantee.customer_id END
    WHERE :customer IN (guarantee.customer_id, asked.customer_id)
    ORDER BY guarantee.id
"""
_FORGET_FACTS: Final = """
    UPDATE loan_application SET facts = '{}'
    WHERE customer_id = ANY(:customers) AND loan_id IS NULL AND facts <> '{}'
"""
_FORGET_NOTES: Final = """
    UPDATE hardship_case SET note_sealed = NULL WHERE customer_id = ANY(:customers) AND note_sealed IS NOT NULL
"""

PERSONAL: Final = Personal(
    held=(
        Held(
            "loan_application",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of(
                "loan_application",
                "id, product, asset, principal, count, unit, grade, all_in_rate, quoted, facts, credit_limit, reasons,"
                " state, asked_at, decided_at, approved_principal, expires_at, loan_id",
            ),
            erase=(_FORGET_FACTS,),
        ),
        Held(
            "loan",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of(
                "loan",
                "id, product, product_version, grade, asset, principal, annual_rate, penalty_rate, grace_days,"
                " all_in_rate, count, unit, every, automatic_debit, debit_from_change_plus, signed_at, disbursed_on,"
                " cooling_off_until, state, ended_on, undrawn, draws_left, draw_until, restructured_on, overdue_since,"
                " loan_class",
            ),
        ),
        _of_loan(
            "instalment",
            "loan_id, nr, starts_on, due_on, principal, interest, fee, late_interest, penalty, late_fee,"
            " paid_principal, paid_interest, paid_fee, paid_penalty, settled_on",
            order="loan_id, nr",
        ),
        _of_loan("schedule_version", "loan_id, version, from_on, reason, lines", order="loan_id, version"),
        _of_loan("loan_payment", "loan_id, kind, amount, value_on, on_date, parts", order="id", why=Why.MONEY),
        _of_loan("loan_event", "loan_id, kind, on_date, at, details", order="id"),
        _of_loan("arrears", "loan_id, from_on, since", order="loan_id, from_on"),
        _of_loan("loan_handover", "loan_id, collector, from_on, until_on", order="id", why=Why.DEBTS),
        _of_loan("promise", "loan_id, amount, made_on, due_on, state, ended_on", order="id", why=Why.DEBTS),
        Held(
            "loan_contract",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of(
                "loan_contract", "loan_id, language, sealed AS text_sealed, sha256, signed_on", _OF_LOANS, "loan_id"
            ),
            opens={"text_sealed": lambda row: contract_associated_data(row["loan_id"])},
        ),
        Held(
            "hardship_case",
            Why.DEBTS,
            Kept.FOR_GOOD,
            rows_of(
                "hardship_case", "id, loan_id, reason, note_sealed, can_pay, proposal, opened_at, paused_until, state"
            ),
            opens={"note_sealed": lambda row: note_associated_data(row["id"])},
            erase=(_FORGET_NOTES,),
        ),
        Held(
            "restructure_offer",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of("restructure_offer", "loan_id, params, state, offered_at, expires_at, settled_at"),
        ),
        Held(
            "group_loan_line",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of(
                "group_loan_line",
                "group_loan_id, nr, application_id, whole, automatic_debit, from_change_plus, signed_at",
                order="group_loan_id",
            ),
        ),
        Held(
            "group_loan",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of(
                "group_loan",
                "id, circle_id, product, state, opened_at, expires_at, settled_at, principal, count",
                "id IN (SELECT group_loan_id FROM group_loan_line WHERE customer_id = :customer)",
                "id",
            ),
        ),
        Held("guarantee", Why.CONTRACTS, Kept.FOR_GOOD, _GUARANTEES, opens={"other_sealed": other_name()}),
        Held(
            "self_limit",
            Why.CONSENTS,
            Kept.FOR_GOOD,
            rows_of("self_limit", "made_at, made_on, no_lending_until, own_limit, own_limit_on, next_limit, next_on"),
        ),
        Held(
            "kept_self_limit",
            Why.CONSENTS,
            Kept.UNTIL_IT_ENDS,
            hidden="of people who were erased, under a keyed hash of their phone",
            erase=(KEEP_OF_ERASED,),
            forget="DELETE FROM kept_self_limit WHERE no_lending_until < CAST(:now AS date)"
            " AND own_limit IS NULL AND NOT no_loans",
        ),
    ),
    needs=(
        Need(
            "loan",
            "SELECT loan.customer_id, CAST(sum(part.principal - part.paid_principal) AS bigint) AS amount"
            " FROM loan LEFT JOIN instalment part ON part.loan_id = loan.id AND part.settled_on IS NULL"
            " WHERE loan.state = 'active' AND loan.customer_id = ANY(:customers) GROUP BY loan.customer_id",
        ),
        Need(
            "written_off",
            "SELECT loan.customer_id, CAST(sum(balance.amount) AS bigint) AS amount"
            " FROM loan JOIN account ON account.code = '9010' AND account.book = 'INST'"
            " AND account.asset = loan.asset AND account.owner = loan.id"
            " JOIN balance ON balance.account_id = account.id"
            " WHERE loan.state = 'written_off' AND balance.amount > 0 AND loan.customer_id = ANY(:customers)"
            " GROUP BY loan.customer_id",
        ),
        Need(
            "application",
            "SELECT customer_id, CAST(NULL AS bigint) AS amount FROM loan_application"
            " WHERE (state = 'referred' OR state = 'approved' AND expires_at > :now)"
            " AND customer_id = ANY(:customers) GROUP BY customer_id",
        ),
        Need(
            "guarantee",
            "SELECT guarantee.customer_id, CAST(sum(guarantee.at_most - guarantee.paid) AS bigint) AS amount"
            " FROM guarantee JOIN loan ON loan.id = guarantee.loan_id"
            " WHERE guarantee.state = 'bound' AND (loan.state = 'active' OR guarantee.paid > guarantee.paid_back)"
            " AND guarantee.customer_id = ANY(:customers) GROUP BY guarantee.customer_id",
        ),
    ),
)
