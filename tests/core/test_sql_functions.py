"""Each function of the database is called here by its own name; what the use cases make of them is tested there."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from finance_core.ledger import Account
from finance_core.ledger.reference import reference_of
from finance_core.storage.unit import Units
from tests.ledger_cases import CHIDI, a_lived_in_book, stage_one_for_each

COMPUTES: Final[dict[str, tuple[str, Any]]] = {
    "deposit_interest": ("deposit_interest(1000000, 3.65, 30)", 3_000),
    "earned_interest": ("earned_interest(310, 0, '2026-03-01', '2026-04-01', '2026-03-11')", 100),
    "inbox_lane_class": ("inbox_lane_class()", 1_937_077_100),
    "ledger_close": ("ledger_close('(1,1,700,0,0,2026-03-12,500)', '2026-03-11')", 500),
    "ledger_content_hash": (
        r"ledger_content_hash('\xab', 1, '2026-03-12', '2026-03-12 10:00+08', 'system')",
        b"\x01" + sha256(b"\xab1\n2026-03-12\n2026-03-12T02:00:00.000000\nsystem").digest(),
    ),
    "ledger_opening": ("ledger_opening('(1,1,700,0,0,2026-03-11,500)', '2026-03-12', '2026-03-12', 50)", 750),
    "ledger_path": ("ledger_path('INST', '2010', 7, 'CNY')", "INST:2010:7:CNY"),
    "ledger_reference": ("ledger_reference(1)", reference_of(1)),
    "ledger_request_hash": (
        "ledger_request_hash('wallet.send', 'key', '2026-03-12', NULL, 6, '{}', 'a>b=1')",
        sha256(b"wallet.send\nkey\n2026-03-12\n\n6\n{}\na>b=1").digest(),
    ),
    "ledger_seal_head": (
        r"ledger_seal_head('2026-03-12', '\xab', 1, '\xcd')",
        sha256(b"\xab2026-03-12\n1\n\xcd").digest(),
    ),
    "loan_class": ("loan_class('2026-01-01', NULL, '2026-04-12')", "substandard"),
    "next_allowed": ("next_allowed('2026-03-12 23:00+08', 'Asia/Shanghai') = '2026-03-13 08:00+08'", True),
    "provision_owner": ("provision_owner(12, 'doubtful')", 124),
    "row_digest": (
        "row_digest(ROW(1, NULL, '2026-03-12 10:00+08'::timestamptz), '{f3, f2, none}')",
        sha256(b'["2026-03-12T02:00:00+00:00", null, null]').digest(),
    ),
    "row_digest_of": ('row_digest_of(\'{"a": 1, "b": "x"}\', \'{b, a, none}\')', sha256(b'["x", 1, null]').digest()),
    "provision_percent": ("provision_percent('doubtful')", 50),
    "required_provision": ("required_provision(1001, 'substandard')", 250),
}
"""What reads no table: a call, and what it gives."""

ONE_MORE: Final = """
    ledger_post_one(
        now(), 'system', 'once more', 'goodwill.paid', (SELECT open_on FROM book), true, NULL, NULL, '{}',
        'INST', 'CNY', '5040', 0, '2010', 3, 5
    )
"""
AND_ONE: Final = """
    ledger_post_on(
        now(), 'system', true,
        ARRAY(SELECT id FROM account WHERE (code, owner) IN (('5040', 0), ('2010', 3)) ORDER BY code DESC),
        E'INST:5040:0:CNY\nINST:2010:3:CNY', '{and one}', '{goodwill.paid}', ARRAY[(SELECT open_on FROM book)],
        '{true}', NULL, NULL, '{"{}"}', NULL, '{1}', '{1}', '{2}', '{5}'
    )
"""
_CHIDI: Final = "(SELECT id FROM account WHERE code = '2010' AND owner = 3)"
_OPEN_ON: Final = "(SELECT open_on FROM book)"
ACTS: Final[list[tuple[str, str, Any]]] = [
    ("database_home", "database_home() ~ '^[0-9]+/[0-9]+/[0-9]+$'", True),
    ("broadcast_partition_drop", "broadcast_partition_drop(1, now())", False),
    ("ledger_account", f"ledger_account('2010', 3, 'CNY') = {_CHIDI}", True),
    ("ledger_accounts", f"ledger_accounts('{{INST}}', '{{2010}}', '{{3}}', '{{CNY}}') = ARRAY[{_CHIDI}]", True),
    ("ledger_balance", f"ledger_balance({_CHIDI})", 100),
    ("ledger_lock_date", "ledger_lock_date(false)::text", ""),
    ("ledger_lock", f"ledger_lock(ARRAY[{_CHIDI}], now())::text", ""),
    ("ledger_lock_balances", f"amount FROM ledger_lock_balances(ARRAY[{_CHIDI}], now())", 100),
    ("ledger_known", rf"same FROM ledger_known('{{goodwill}}', '{{\\x00}}', ARRAY[{_OPEN_ON}], '{{false}}')", False),
    ("ledger_post_one", f"outcome FROM {ONE_MORE}", "posted"),
    ("ledger_post_one", f"outcome FROM {ONE_MORE}", "replayed"),
    ("ledger_balance", f"ledger_balance({_CHIDI})", 105),
    ("ledger_post_on", f"outcome FROM {AND_ONE}", "posted"),
    ("ledger_balance", f"ledger_balance({_CHIDI})", 110),
    ("ledger_apply", f"ledger_apply(ARRAY[{_CHIDI}], '{{1}}', ARRAY[{_OPEN_ON}], '{{0}}', '{{5}}')::text", ""),
    ("ledger_balance", f"ledger_balance({_CHIDI})", 115),
    ("ledger_hold", f"outcome FROM ledger_hold(now(), {_CHIDI}, 30, 'called', now() + interval '1 hour')", "held"),
    ("ledger_release", "ledger_release(now(), (SELECT id FROM hold WHERE key = 'called'))", "released"),
    ("ledger_set_floor", f"ledger_set_floor({_CHIDI}, -500)", None),
    ("ledger_lock_balances", f"floor FROM ledger_lock_balances(ARRAY[{_CHIDI}], now())", -500),
    (
        "ledger_staged_look",
        f"net FROM ledger_staged_look('too', 'word', NULL, NULL, '{{}}', NULL, ARRAY[{_CHIDI}], '{{7}}', '{{0}}')",
        [7],
    ),
    (
        "ledger_post_staged",
        f"outcome FROM ledger_post_staged(now(), 'system', 'too', 'word', {_OPEN_ON}, NULL, NULL, '{{}}', NULL)",
        "posted",
    ),
    ("ledger_balance", f"ledger_balance({_CHIDI})", 122),
    ("ledger_roll_up", "ledger_roll_up() > 0", True),
    ("ledger_roll_up", "ledger_roll_up()", 0),
    ("ledger_seal", f"ledger_seal({_OPEN_ON}, now())", None),
    ("inbox_store", "outcome FROM inbox_store(77, '{5}', '{private:42}', '{42}', '{42}', '{abc}', '{9}', 3)", "stored"),
    ("inbox_claim", "lane FROM inbox_claim(77, '{}')", "private:42"),
    ("inbox_release", "inbox_release('private:42', NULL, '{42}', '{card}', '{7}')", True),
    ("inbox_claim_alike", "lane FROM inbox_claim_alike(77, 9, '{}', 5)", "private:42"),
    ("inbox_end", "inbox_end('{1}', '{private:42}')", True),
    ("consent_forget", "consent_forget(now())", 0),
    ("contact_forget", "contact_forget(now())", 0),
    ("case_forget", "case_forget(now(), NULL)", 0),
    ("audit_forget", "audit_forget(now())", 0),
    ("note_forget", "note_forget('{1}')", 0),
]
"""What reads or writes tables: calls in this order, in a book that has lived for some days, and what each answers."""
TRIGGERS: Final = {"ledger_refuse_change", "guard_row", "audit_refuse_change", "anchors_of_erased", "consent_stands"}


async def test_no_function_is_without_a_call_here(connection: AsyncConnection) -> None:
    asked = "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    found = {name for (name,) in await connection.exec_driver_sql(asked)}
    assert found == {*COMPUTES, *(name for name, _, _ in ACTS), *TRIGGERS, "broadcast_partition_make"}


async def test_recipients_have_a_partition_only_where_a_broadcast_is_about_to_be_frozen(
    connection: AsyncConnection,
) -> None:
    with pytest.raises(DBAPIError, match="broadcast 1 is not about to be frozen"):
        await connection.exec_driver_sql("SELECT broadcast_partition_make(1)")


@pytest.mark.parametrize("name", COMPUTES)
async def test_a_function_that_reads_nothing_gives_what_it_should(connection: AsyncConnection, name: str) -> None:
    call, given = COMPUTES[name]
    assert (await connection.exec_driver_sql(f"SELECT {call}")).scalar() == given


async def test_functions_on_tables_answer_and_do_what_they_should(units: Units, connection: AsyncConnection) -> None:
    await a_lived_in_book(units)
    async with units.begin() as unit:
        await stage_one_for_each(unit, Account("5040"), [CHIDI], 7)
    await connection.exec_driver_sql("SET LOCAL ROLE NONE")  # the inner functions are the owner's alone
    answers = [(name, (await connection.exec_driver_sql(f"SELECT {call}")).scalar()) for name, call, _ in ACTS]
    assert answers == [(name, answer) for name, _, answer in ACTS]


async def test_what_is_posted_is_not_changed(units: Units, connection: AsyncConnection) -> None:
    await a_lived_in_book(units)
    await connection.exec_driver_sql("SET LOCAL ROLE NONE")
    with pytest.raises(DBAPIError, match="entry is append-only"):
        await connection.exec_driver_sql("UPDATE entry SET actor = actor")
