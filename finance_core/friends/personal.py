"""What money among friends holds on people: what they made, opened, owed and gave; others by the name that they saw."""

from __future__ import annotations

from typing import Final

from finance_core.customers.personal import other_name
from finance_core.friends.notifications import words_associated_data
from finance_core.storage.personal import Held, Kept, Need, Personal, Row, Why


def _reason(row: Row) -> str:
    return words_associated_data(f"{row['_bill']}:{row['nr']}", "reason")


_PACKETS: Final = """
    SELECT id, total, asset, shares, opened, kind, audience, commitment, state, made_at, ends_at, over_at, settled_at,
        words_sealed, token AS _token
    FROM packet WHERE sender_id = :customer ORDER BY id
"""
_SHARES: Final = """
    SELECT s.packet_id, s.nr, s.amount, p.asset, s.state, s.claimed_at, s.settled_at, other.id AS _other_id,
        other.name_sealed AS sender_sealed
    FROM packet_share s JOIN packet p ON p.id = s.packet_id JOIN customer other ON other.id = p.sender_id
    WHERE s.claimant_id = :customer ORDER BY s.packet_id
"""
_BILLS: Final = """
    SELECT id, total, own, asset, state, made_at, ended_at, title_sealed, token AS _token
    FROM bill WHERE organiser_id = :customer ORDER BY id
"""
_PARTS: Final = """
    SELECT p.bill_id AS _bill, p.nr, p.payer_id = :customer AS owed, p.amount, p.paid, b.asset, p.state, p.settled_at,
        p.reason_sealed, other.id AS _other_id, other.name_sealed AS other_sealed
    FROM bill_part p JOIN bill b ON b.id = p.bill_id
        JOIN customer other ON other.id = CASE WHEN p.payer_id = :customer THEN p.payee_id ELSE p.payer_id END
    WHERE :customer IN (p.payer_id, p.payee_id) ORDER BY p.id
"""
_TABS: Final = """
    SELECT t.id, t.asset, t.state, t.made_at, t.ended_at, t.title_sealed, t.token AS _token
    FROM tab t JOIN tab_person p ON p.tab_id = t.id WHERE p.customer_id = :customer ORDER BY t.id
"""
_TAB_ITEMS: Final = """
    SELECT tab_id, amount, added_at, removed_at, note_sealed, key AS _key FROM tab_item
    WHERE payer_id = :customer ORDER BY id
"""
_AGAIN: Final = """
    SELECT a.bill_id, a.again_on, a.asked_at FROM bill_again a JOIN bill b ON b.id = a.bill_id
    WHERE b.organiser_id = :customer ORDER BY a.bill_id
"""
_FORGET_TABS: Final = """
    UPDATE tab SET title_sealed = '' WHERE organiser_id = ANY(:customers) AND title_sealed <> ''
"""
_FORGET_NOTES: Final = """
    UPDATE tab_item SET note_sealed = NULL WHERE payer_id = ANY(:customers) AND note_sealed IS NOT NULL
"""
_OPEN_TABS: Final = """
    SELECT p.customer_id, CAST(NULL AS bigint) AS amount FROM tab_person p JOIN tab t ON t.id = p.tab_id
    WHERE t.state = 'open' AND p.customer_id = ANY(:customers)
        AND EXISTS (SELECT FROM tab_item i WHERE i.tab_id = t.id AND i.removed_at IS NULL)
    GROUP BY p.customer_id
"""
_CAUSES: Final = """
    SELECT id, goal, asset, all_or_nothing, shows_names, state, made_at, last_on, ended_at, title_sealed, thanks_sealed,
        token AS _token
    FROM cause WHERE organiser_id = :customer ORDER BY id
"""
_GIFTS: Final = """
    SELECT g.cause_id, g.amount, c.asset, g.given_at, g.returned_at FROM gift g JOIN cause c ON c.id = g.cause_id
    WHERE g.giver_id = :customer ORDER BY g.id
"""
_FORGET_WORDS: Final = """
    UPDATE packet SET words_sealed = NULL WHERE sender_id = ANY(:customers) AND words_sealed IS NOT NULL
"""
_FORGET_TITLES: Final = """
    UPDATE bill SET title_sealed = NULL WHERE organiser_id = ANY(:customers) AND title_sealed IS NOT NULL
"""
_FORGET_DRAFTS: Final = """
    UPDATE bill_draft SET title_sealed = NULL WHERE organiser_id = ANY(:customers) AND title_sealed IS NOT NULL
"""
_FORGET_REASONS: Final = """
    UPDATE bill_part SET reason_sealed = NULL WHERE payer_id = ANY(:customers) AND reason_sealed IS NOT NULL
"""
_FORGET_CAUSES: Final = """
    UPDATE cause SET title_sealed = '', thanks_sealed = NULL
    WHERE organiser_id = ANY(:customers) AND (title_sealed <> '' OR thanks_sealed IS NOT NULL)
"""
_OPEN_PACKETS: Final = """
    SELECT p.sender_id AS customer_id, CAST(sum(s.amount) AS bigint) AS amount
    FROM packet p JOIN packet_share s ON s.packet_id = p.id AND s.state IN ('free', 'held')
    WHERE p.settled_at IS NULL AND p.sender_id = ANY(:customers) GROUP BY p.sender_id
"""
"""What still waits in the shares' pots: what was paid out is others' already."""
_OPEN_PARTS: Final = """
    SELECT person.id AS customer_id, CAST(sum(p.amount - p.paid) AS bigint) AS amount
    FROM unnest(CAST(:customers AS bigint[])) person (id)
        JOIN bill_part p ON p.state IN ('open', 'refused') AND person.id IN (p.payer_id, p.payee_id)
    GROUP BY person.id
"""
_OPEN_CAUSES: Final = """
    SELECT person.id AS customer_id, CAST(NULL AS bigint) AS amount
    FROM unnest(CAST(:customers AS bigint[])) person (id)
    WHERE EXISTS (
        SELECT FROM cause c LEFT JOIN gift g ON g.cause_id = c.id
        WHERE c.state = 'open' AND person.id IN (c.organiser_id, g.giver_id))
"""

PERSONAL: Final = Personal(
    held=(
        Held(
            "packet",
            Why.MONEY,
            Kept.FOR_GOOD,
            _PACKETS,
            opens={"words_sealed": lambda row: words_associated_data(row["_token"], "words")},
            erase=(_FORGET_WORDS,),
        ),
        Held("packet_share", Why.MONEY, Kept.FOR_GOOD, _SHARES, opens={"sender_sealed": other_name()}, as_csv=True),
        Held(
            "packet_person",
            Why.MONEY,
            Kept.FOR_GOOD,
            "SELECT packet_id FROM packet_person WHERE customer_id = :customer ORDER BY packet_id",
        ),
        Held(
            "bill",
            Why.MONEY,
            Kept.FOR_GOOD,
            _BILLS,
            opens={"title_sealed": lambda row: words_associated_data(row["_token"], "title")},
            erase=(_FORGET_TITLES,),
        ),
        Held(
            "bill_draft",
            Why.MESSAGES,
            Kept.FOR_GOOD,
            "SELECT id, total, asset, state, made_at, title_sealed, token AS _token FROM bill_draft"
            " WHERE organiser_id = :customer ORDER BY id",
            opens={"title_sealed": lambda row: words_associated_data(row["_token"], "title")},
            erase=(_FORGET_DRAFTS,),
        ),
        Held(
            "bill_draft_person",
            Why.MESSAGES,
            Kept.GONE,
            "SELECT draft_id, weight, amount, paid FROM bill_draft_person WHERE customer_id = :customer"
            " ORDER BY draft_id",
            erase=("DELETE FROM bill_draft_person WHERE customer_id = ANY(:customers)",),
        ),
        Held(
            "bill_photo",
            Why.MESSAGES,
            Kept.GONE,
            "SELECT hung_at FROM bill_photo WHERE customer_id = :customer ORDER BY hung_at",
            erase=("DELETE FROM bill_photo WHERE customer_id = ANY(:customers)",),
        ),
        Held(
            "bill_part",
            Why.MONEY,
            Kept.FOR_GOOD,
            _PARTS,
            opens={"reason_sealed": _reason, "other_sealed": other_name()},
            erase=(_FORGET_REASONS,),
        ),
        Held("bill_again", Why.MONEY, Kept.FOR_GOOD, _AGAIN),
        Held(
            "tab",
            Why.MONEY,
            Kept.FOR_GOOD,
            _TABS,
            opens={"title_sealed": lambda row: words_associated_data(row["_token"], "title")},
            erase=(_FORGET_TABS,),
        ),
        Held(
            "tab_person",
            Why.MONEY,
            Kept.FOR_GOOD,
            "SELECT tab_id FROM tab_person WHERE customer_id = :customer ORDER BY tab_id",
        ),
        Held(
            "tab_item",
            Why.MONEY,
            Kept.FOR_GOOD,
            _TAB_ITEMS,
            opens={"note_sealed": lambda row: words_associated_data(row["_key"], "note")},
            erase=(_FORGET_NOTES,),
        ),
        Held(
            "cause",
            Why.MONEY,
            Kept.FOR_GOOD,
            _CAUSES,
            opens={
                "title_sealed": lambda row: words_associated_data(row["_token"], "title"),
                "thanks_sealed": lambda row: words_associated_data(row["_token"], "thanks"),
            },
            erase=(_FORGET_CAUSES,),
        ),
        Held("gift", Why.MONEY, Kept.FOR_GOOD, _GIFTS),
    ),
    needs=(
        Need("packet", _OPEN_PACKETS),
        Need("bill", _OPEN_PARTS),
        Need("tab", _OPEN_TABS),
        Need("cause", _OPEN_CAUSES),
    ),
)
