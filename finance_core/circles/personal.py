"""What circles hold on people: which they opened and joined, what they picked, bid, voted, owed, paid and received."""

from __future__ import annotations

from typing import Final

from finance_core.circles.sealing import (
    bid_associated_data,
    case_associated_data,
    member_associated_data,
    request_associated_data,
    title_associated_data,
)
from finance_core.storage.personal import Held, Kept, Need, Personal, Row, Why, rows_of


def _of_member(row: Row, what: str) -> str:
    return member_associated_data(what, row["circle_id"], row["_customer"])


_CIRCLES: Final = """
    SELECT id, code, kind, contribution, places, asset, period, first_due_on, receiving_order, members_pick,
        commission_percent, commission_to, fine_percent, kept_percent, shortfall, is_covered, security, security_amount,
        needs_approval, least_reliability, state, rounds, made_at, opened_at, started_at, ended_at, title_sealed,
        token AS _token
    FROM circle WHERE organiser_id = :customer ORDER BY id
"""
_MEMBERS: Final = """
    SELECT m.circle_id, c.code, m.state, m.places, m.destination, m.automatic_debit, m.debit_from_change_plus,
        m.shows_reliability, m.marks_credit, m.retention, m.asked_at, m.joined_at, m.agreed_rounds, m.agreed_at,
        m.suspended_at, m.left_at, m.nickname_sealed, m.nominee_sealed, m.wanted_sealed, m.customer_id AS _customer
    FROM circle_member m JOIN circle c ON c.id = m.circle_id WHERE m.customer_id = :customer ORDER BY m.circle_id
"""
_PLACES: Final = """
    SELECT circle_id, nr, state, turn, passes_round, received_round, received_at, held_since, notice_on, closed_at,
        closed_why, closed_round, refund_round, due_at_once_on, pick_sealed, customer_id AS _customer
    FROM circle_place WHERE customer_id = :customer ORDER BY circle_id, nr
"""
_GUARANTORS: Final = """
    SELECT g.circle_id, g.place, g.most, g.called, g.asked_at, g.agreed_at, g.refused_at, g.freed_at
    FROM circle_guarantor g WHERE g.customer_id = :customer ORDER BY g.id
"""
_BIDS: Final = """
    SELECT circle_id, round, place, seal, made_at, over_at, amount, nonce, amount_sealed, nonce_sealed, key AS _key
    FROM circle_bid WHERE customer_id = :customer ORDER BY id
"""
_SWAPS: Final = """
    SELECT circle_id, place, turn, other_place, other_turn, customer_id = :customer AS asked, state, asked_at,
        answered_at
    FROM circle_swap WHERE :customer IN (customer_id, other_id) ORDER BY id
"""
_MOTIONS: Final = """
    SELECT id, circle_id, kind, needs, state, opened_at, ends_at, settled_at FROM circle_motion
    WHERE opened_by = :customer ORDER BY id
"""
_CASES: Final = """
    SELECT id, circle_id, kind, round, customer_id = :customer AS opened, holds_payout, opened_at, due_at, decided_at,
        decision, CASE WHEN customer_id = :customer THEN words_sealed END AS words_sealed, reason_sealed, key AS _key
    FROM circle_case WHERE :customer IN (customer_id, about_id) ORDER BY id
"""
_DUES: Final = """
    SELECT d.circle_id, d.round, d.place, d.due_on, c.asset, d.amount, d.paid, d.paid_at, d.fine, d.fine_paid,
        d.is_late, d.is_excused
    FROM circle_due d JOIN circle c ON c.id = d.circle_id
    WHERE d.customer_id = :customer ORDER BY d.circle_id, d.round, d.place
"""
_PAYMENTS: Final = """
    SELECT p.circle_id, p.round, p.place, c.asset, p.contribution, p.fine, p.source, p.on_date, p.paid_at
    FROM circle_payment p JOIN circle c ON c.id = p.circle_id WHERE p.payer_id = :customer ORDER BY p.id
"""
_PAYOUTS: Final = """
    SELECT p.circle_id, p.round, p.place, c.asset, p.amount, p.kind, p.on_date, p.paid_at
    FROM circle_payout p JOIN circle c ON c.id = p.circle_id WHERE p.customer_id = :customer ORDER BY p.id
"""
_REQUESTS: Final = """
    SELECT id, circle_id, meeting, kind, amount, months, automatic_debit, state, asked_at, settled_at, reason,
        words_sealed, token AS _token
    FROM circle_request WHERE customer_id = :customer ORDER BY id
"""
_FORGET_TITLES: Final = """
    UPDATE circle SET title_sealed = '' WHERE organiser_id = ANY(:customers) AND title_sealed <> ''
"""
_FORGET_MEMBERS: Final = """
    UPDATE circle_member SET nickname_sealed = NULL, nominee_sealed = NULL, wanted_sealed = NULL
    WHERE customer_id = ANY(:customers)
        AND (nickname_sealed IS NOT NULL OR nominee_sealed IS NOT NULL OR wanted_sealed IS NOT NULL)
"""
_FORGET_PICKS: Final = """
    UPDATE circle_place SET pick_sealed = NULL WHERE customer_id = ANY(:customers) AND pick_sealed IS NOT NULL
"""
_FORGET_CASES: Final = """
    UPDATE circle_case SET words_sealed = '' WHERE customer_id = ANY(:customers) AND words_sealed <> ''
"""
_FORGET_REQUESTS: Final = """
    UPDATE circle_request SET words_sealed = NULL WHERE customer_id = ANY(:customers) AND words_sealed IS NOT NULL
"""
_IN_CIRCLES: Final = """
    SELECT person.id AS customer_id, (
        SELECT CAST(coalesce(sum(d.amount - d.paid + d.fine - d.fine_paid), 0) AS bigint)
        FROM circle_due d JOIN circle c ON c.id = d.circle_id AND c.state IN ('running', 'suspended')
        WHERE d.customer_id = person.id) AS amount
    FROM unnest(CAST(:customers AS bigint[])) person (id)
    WHERE EXISTS (
        SELECT FROM circle_member m JOIN circle c ON c.id = m.circle_id
        WHERE m.customer_id = person.id AND m.state IN ('asked', 'waiting', 'approved', 'joined')
            AND c.state IN ('open', 'confirming', 'running', 'suspended')
    ) OR EXISTS (
        SELECT FROM circle_officer o JOIN circle c ON c.id = o.circle_id
        WHERE o.customer_id = person.id AND o.until IS NULL
            AND c.state IN ('open', 'confirming', 'running', 'suspended')
    ) OR EXISTS (
        SELECT FROM circle_place p JOIN circle c ON c.id = p.circle_id
        WHERE p.customer_id = person.id AND p.state IN ('held', 'closed') AND c.state IN ('running', 'suspended'))
"""
"""Who is in a circle that is not over, holds an office of it, or has money to come back: what they still owe it."""
_STANDING: Final = """
    SELECT g.customer_id, CAST(sum(g.most - g.called) AS bigint) AS amount
    FROM circle_guarantor g JOIN circle c ON c.id = g.circle_id AND c.state NOT IN ('ended', 'called_off')
    WHERE g.agreed_at IS NOT NULL AND g.freed_at IS NULL AND g.customer_id = ANY(:customers) GROUP BY g.customer_id
"""

_SAVES: Final = """
    SELECT s.customer_id, CAST(NULL AS bigint) AS amount
    FROM circle_saver s JOIN circle c ON c.id = s.circle_id AND c.state IN ('running', 'suspended')
    WHERE s.left_at IS NULL AND s.customer_id = ANY(:customers) GROUP BY s.customer_id
"""


def _own(table: str, columns: str, order: str, why: Why) -> Held:
    """Return what a table holds whose rows are one person's each, and stay."""
    return Held(table, why, Kept.FOR_GOOD, rows_of(table, columns, order=order))


PERSONAL: Final = Personal(
    held=(
        Held(
            "circle",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            _CIRCLES,
            opens={"title_sealed": lambda row: title_associated_data(row["_token"])},
            erase=(_FORGET_TITLES,),
        ),
        Held(
            "circle_officer",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            "SELECT circle_id, role, since, until FROM circle_officer WHERE customer_id = :customer ORDER BY id",
        ),
        Held(
            "circle_member",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            _MEMBERS,
            opens={
                "nickname_sealed": lambda row: _of_member(row, "nickname"),
                "nominee_sealed": lambda row: _of_member(row, "nominee"),
                "wanted_sealed": lambda row: _of_member(row, "wanted"),
            },
            erase=(_FORGET_MEMBERS,),
        ),
        Held(
            "circle_place",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            _PLACES,
            opens={"pick_sealed": lambda row: _of_member(row, "pick")},
            erase=(_FORGET_PICKS,),
        ),
        Held("circle_guarantor", Why.CONTRACTS, Kept.FOR_GOOD, _GUARANTORS),
        Held(
            "circle_pick",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            "SELECT circle_id, chain, place, pick FROM circle_pick WHERE customer_id = :customer"
            " ORDER BY circle_id, chain, place",
        ),
        Held(
            "circle_bid",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            _BIDS,
            opens={
                "amount_sealed": lambda row: bid_associated_data("amount", row["_key"]),
                "nonce_sealed": lambda row: bid_associated_data("nonce", row["_key"]),
            },
        ),
        Held("circle_swap", Why.CONTRACTS, Kept.FOR_GOOD, _SWAPS),
        Held("circle_motion", Why.CONTRACTS, Kept.FOR_GOOD, _MOTIONS),
        Held(
            "circle_ballot",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            "SELECT motion_id, is_yes, cast_at FROM circle_ballot WHERE customer_id = :customer ORDER BY motion_id",
        ),
        Held(
            "circle_case",
            Why.MESSAGES,
            Kept.FOR_GOOD,
            _CASES,
            opens={
                "words_sealed": lambda row: case_associated_data("words", row["_key"]),
                "reason_sealed": lambda row: case_associated_data("reason", row["_key"]),
            },
            erase=(_FORGET_CASES,),
        ),
        Held("circle_due", Why.MONEY, Kept.FOR_GOOD, _DUES, as_csv=True),
        Held("circle_payment", Why.MONEY, Kept.FOR_GOOD, _PAYMENTS, as_csv=True),
        Held("circle_payout", Why.MONEY, Kept.FOR_GOOD, _PAYOUTS),
        _own("circle_saver", "circle_id, place, standing, shares, paid, paid_out, left_at", "circle_id", Why.CONTRACTS),
        _own("circle_presence", "circle_id, meeting, since", "circle_id, meeting", Why.CONTRACTS),
        _own(
            "circle_saving_payment",
            "circle_id, meeting, shares, amount, social, fines, on_date",
            "circle_id, meeting, id",
            Why.MONEY,
        ),
        _own("circle_fine", "circle_id, meeting, why, amount, imposed_at, paid_at, waived_at", "id", Why.CONTRACTS),
        Held(
            "circle_request",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            _REQUESTS,
            opens={"words_sealed": lambda row: request_associated_data(row["_token"])},
            erase=(_FORGET_REQUESTS,),
        ),
        _own("circle_request_vote", "request_id, is_yes, cast_at", "request_id", Why.CONTRACTS),
        _own(
            "circle_share_part",
            "share_out_id, place, shares, entitled, owed, fines, later, paid_at",
            "share_out_id",
            Why.MONEY,
        ),
        Held(
            "circle_share_out",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            "SELECT id, circle_id, state, previewed_at, approved_at, settled_at FROM circle_share_out"
            " WHERE :customer IN (previewed_by, approved_by) ORDER BY id",
        ),
    ),
    needs=(
        Need("circle", _IN_CIRCLES),
        Need("circle_saving", _SAVES),
        Need("circle_guarantee", _STANDING),
    ),
)
