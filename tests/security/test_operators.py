"""The desk against who has no business there: forged buttons, own proposals, lost roles, and twenty taps at once."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, Final

from structlog.testing import capture_logs

from finance_core import approvals, intents
from finance_core.approvals import Approval, ApprovalState, grants
from finance_core.customers import operators
from finance_core.customers.roles import Permission, Role, may, roles_of
from finance_core.kernel.payloads import Payload
from finance_core.lines import ACTIONS
from finance_core.loans.operations import write_off
from finance_core.loans.origination.decision import Reason
from finance_core.storage.unit import Actor
from handlers.desk.intents import (
    ApproveApplication,
    ApproveProposal,
    CloseCase,
    CloseServiceCase,
    CorrectAge,
    DeclineApplication,
    FreezeAccount,
    IdentityDecision,
    LiveDays,
    OperateFund,
    Propose,
    PublishIncome,
    RefuseReset,
    SellInstruments,
    TakeRole,
)
from handlers.desk.routers import ACTIONS as DESK_ACTIONS
from tests.builders import CIPHER, yuan
from tests.conversations.harness import Person
from tests.conversations.test_loans import borrows
from tests.conversations.test_operator import an_operator
from tests.conversations.whole_service import PIN, Susu

TAPS: Final = (
    *(
        "do:operator",
        "proposals",
        "myproposals",
        "roles",
        "giverole",
        "findloan",
        "do:questions",
        "svc:1",
        "svcanswer:1",
        *("svcask:1", "svctake:1", "svcpass:1", "svcpassto:1:1", "svcpay:1", "svcpage:0", "svcmore:1"),
        "svckind:1:complaint",
        *("do:audiences", "audiences:0", "audience:1", "audienceout:1:loans", "newaudience", "changeaudience:1"),
        *("saveaudience", "askable", "do:tags", "tags:0", "tag:1", "newtag", "tagrule:1", "taglist:1", "taggive:1"),
        "tagtake:1",
        *("do:work", "do:since", "workpage:0", "entry:case:1", "entrytake:case:1", "entrygive:case:1"),
        *("entrygiveto:case:1:1", "away", "awaywho:1", "awayuntil:1:2026-03-16", "back", "ownaccounts", "ageof:1"),
    ),
    *(f"{verb}:{{approval}}" for verb in ("proposal", "objection", "unpropose")),
    *(f"{verb}:{{loan}}" for verb in ("deskloan", "deskline", "waiver", "newplan", "writeoff", "handover", "recall")),
    *("waiverof:{loan}:penalty", "waiverall:{loan}:penalty", "newplan:{loan}:12:1:1", "planok:{loan}:12:1:1"),
    *("roleonly:{me}:administrator", "deskmore:people", "deskloanmore:{loan}", "cases:0"),
    *("undopay:{loan}", "undopayment:{loan}:1", "role:{me}:administrator", "takerole:{other}:administrator"),
)
NONSENSE: Final = ("", "x", "-1", "9" * 30, "½", "1:2:3:4:5:6", "{0}", "'; DROP TABLE approval; --")
VERBS: Final = (
    *(
        "proposal",
        "objection",
        "unpropose",
        "role",
        "roleonly",
        "takerole",
        "deskloan",
        "deskline",
        "waiver",
        "waiverof",
        "waiverall",
    ),
    *("newplan", "planok", "writeoff", "handover", "recall", "undopay", "undopayment", "planoffer", "noplan"),
    *("closedloan", "closedall", "deskmore", "deskloanmore", "cases", "idrefuse", "appl_why"),
    *(
        "svc",
        "svcanswer",
        "svcclose",
        "svcask",
        "svctake",
        "svcpass",
        "svcpassto",
        "svcpay",
        "svcpage",
        "svckind",
        "svcmore",
    ),
    *("audiences", "audience", "audienceout", "changeaudience", "tags", "tag", "tagrule", "taglist", "taggive"),
    *("tagtake", "nomoreoffers", "whyme"),
    *("workpage", "entry", "entrytake", "entrygive", "entrygiveto", "away", "awaywho", "awayuntil", "ageof"),
)
_update_ids = count(960_000_001)


async def forges(susu: Susu, person: Person, data: str) -> None:
    """Press a button that nobody drew, and wait until it has been handled."""
    user = {"id": person.id, "is_bot": False, "first_name": person.name}
    chat = {"id": person.chat_id, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": "card"}
    query: dict[str, Any] = {"id": "77", "from": user, "chat_instance": "1", "message": message, "data": data}
    await susu.inbox.store([{"update_id": next(_update_ids), "callback_query": query}])
    await handled(susu)


async def handled(susu: Susu) -> None:
    async with asyncio.timeout(60):
        while await susu.value("SELECT count(*) FROM inbox WHERE state = 'pending'"):  # noqa: ASYNC110 - it is a table
            await asyncio.sleep(0.01)


async def a_proposal(susu: Susu, maker: Person, debtor: Person) -> Approval:
    """Propose to write a debtor's loan off."""
    loan_id = await susu.value("SELECT id FROM loan WHERE customer_id = :id", id=(await susu.customer(debtor)).id)
    maker_id = (await susu.customer(maker)).id
    async with susu.units.begin(Actor("operator", maker_id)) as unit:
        return await approvals.propose(
            unit,
            maker_id,
            ACTIONS.called(write_off.ACTION),
            f"loan:{loan_id}",
            {},
            "she has moved away",
            f"key:{next(_update_ids)}",
        )


async def state_of(susu: Susu, made: Approval) -> str:
    return str(await susu.value("SELECT state FROM approval WHERE id = :id", id=made.id))


async def test_whoever_has_no_role_gets_nothing_done_by_any_button_of_the_desk(susu: Susu) -> None:
    olu, ana = await an_operator(susu, "Olu"), await susu.resident("Ana")
    eve = await susu.resident("Eve", money=10)
    await borrows(ana)
    made = await a_proposal(susu, olu, ana)
    me, other = await susu.customer(eve), await susu.customer(olu)
    names = {"approval": made.id, "loan": made.subject_id, "me": me.id, "other": other.id}
    for tap in TAPS:
        await forges(susu, eve, tap.format(**names))
        await eve.says("because I say so, please")
    await handled(susu)
    shown = " ".join(message.text for message in await eve.messages() if message.json["from_bot"])
    assert "You do not have the permission for that" in shown
    assert "Ana" not in shown
    assert await state_of(susu, made) == ApprovalState.OPEN
    assert await susu.value("SELECT count(*) FROM approval WHERE maker_id = :id", id=me.id) == 0
    denied = await susu.value("SELECT count(*) FROM audit_line WHERE actor_id = :id AND act = 'denied'", id=me.id)
    assert denied == len(TAPS)
    assert await susu.value("SELECT count(*) FROM audit_line WHERE actor_id = :id AND act <> 'denied'", id=me.id) == 0
    async with susu.units.begin() as unit:
        assert await roles_of(unit, me.id) == set()
    await susu.verified()


async def test_an_auditor_sees_and_changes_nothing(susu: Susu) -> None:
    olu, aud, ana = (
        await an_operator(susu, "Olu"),
        await an_operator(susu, "Aud", Role.AUDITOR),
        await susu.resident("Ana"),
    )
    await borrows(ana)
    made = await a_proposal(susu, olu, ana)
    me = await susu.customer(aud)
    names = {"approval": made.id, "loan": made.subject_id, "me": me.id, "other": me.id}
    for tap in TAPS:
        await forges(susu, aud, tap.format(**names))
        await aud.says("a reason that is long enough")
    await handled(susu)
    assert await state_of(susu, made) == ApprovalState.OPEN
    assert await susu.value("SELECT count(*) FROM approval WHERE maker_id = :id", id=me.id) == 0
    assert await susu.value("SELECT count(*) FROM intent WHERE customer_id = :id", id=me.id) == 0
    await susu.verified()


async def test_a_maker_who_forges_the_checkers_button_is_refused(susu: Susu) -> None:
    olu, mei, ana = await an_operator(susu, "Olu"), await an_operator(susu, "Mei"), await susu.resident("Ana")
    await borrows(ana)
    made = await a_proposal(susu, olu, ana)
    await mei.says("/operator")
    await mei.taps("Proposals", await mei.sees("Operators' desk"))
    await mei.taps(f"#{made.id}", await mei.sees("Waiting for a second person"))
    approve = next(data for label, data in (await mei.sees(f"#{made.id} ")).data.items() if "Approve" in label)
    await forges(susu, olu, approve)
    await forges(susu, olu, f"objection:{made.id}")
    await olu.says("I decide on it myself")
    await olu.sees("You can't decide on your own proposal")
    assert await state_of(susu, made) == ApprovalState.OPEN
    await susu.verified()


async def test_a_role_that_was_taken_meanwhile_decides_nothing_any_more(susu: Susu) -> None:
    olu, mei, ana = await an_operator(susu, "Olu"), await an_operator(susu, "Mei"), await susu.resident("Ana")
    await borrows(ana)
    made = await a_proposal(susu, olu, ana)
    await mei.sees("a second person is needed")  # the message whose button is pressed
    await forges(susu, mei, f"proposal:{made.id}")
    await mei.taps("Approve", await mei.sees(f"#{made.id} "))
    await mei.sees("type your PIN")
    async with susu.units.begin() as unit:
        await operators.revoke(unit, (await susu.customer(mei)).id, Role.ADMINISTRATOR)
    await mei.says(PIN)
    await mei.sees("You do not have the permission for that")
    assert await state_of(susu, made) == ApprovalState.OPEN
    await susu.verified()


OFFERS: Final[dict[str, Payload]] = {
    "case.close": CloseCase(case=1),
    "support.close": CloseServiceCase(case=1),
    "identity.approve": IdentityDecision(check=1, reason=None),
    "identity.refuse": IdentityDecision(check=1, reason="not_confirmed"),
    "pin_reset.refuse": RefuseReset(reset=1),
    "application.approve": ApproveApplication(application=1, sum=yuan(100)),
    "application.decline": DeclineApplication(application=1, reasons=(Reason.TIER,)),
    "desk.propose": Propose(action=grants.GRANT, subject="customer:1", params={"role": "support"}, why="she answers"),
    "desk.approve": ApproveProposal(approval=1, version=1),
    "desk.take_role": TakeRole(customer=1, role="support", why="she left"),
    "desk.freeze": FreezeAccount(customer=1, why="a stolen card"),
    "desk.live_days": LiveDays(until=date(2026, 3, 15)),
    "desk.correct_age": CorrectAge(customer=1, why="a slip of the finger"),
    "fund.operate": OperateFund(act="lift", fund="steady_bonds", day=date(2026, 3, 12), number=None, why=""),
    "fund.publish_income": PublishIncome(on=date(2026, 3, 12), rate=Decimal("0.23"), pays=yuan(1)),
    "fund.sell_instruments": SellInstruments(sum=yuan(1)),
}
"""A card of each act of the desk."""


async def test_no_open_card_of_the_desk_outlives_the_role_that_it_was_made_with(susu: Susu) -> None:
    assert set(OFFERS) == {action.name for action in DESK_ACTIONS}
    await an_operator(susu, "Mei")  # who is left
    olu = await an_operator(susu, "Olu")
    me = await susu.customer(olu)
    async with susu.units.begin() as unit:
        cards = {
            name: await intents.propose(unit, CIPHER, customer_id=me.id, chat_id=me.chat_id, action=name, params=params)
            for name, params in OFFERS.items()
        }
        await operators.revoke(unit, me.id, Role.ADMINISTRATOR)
    for card in cards.values():
        await forges(susu, olu, f"ok:{card.token}:{card.version}")
    await handled(susu)
    states = "SELECT string_agg(DISTINCT state, ' ') FROM intent WHERE customer_id = :id"
    assert await susu.value(states, id=me.id) == "open"
    denied = "SELECT string_agg(details ->> 'handler', ' ' ORDER BY id) FROM audit_line WHERE actor_id = :id"
    assert (await susu.value(denied, id=me.id)).split() == list(OFFERS)
    assert not any("type your PIN" in message.text for message in await olu.messages())
    await susu.verified()


async def test_an_act_that_was_confirmed_asks_for_the_role_once_more_when_the_pin_is_right(susu: Susu) -> None:
    olu = await an_operator(susu, "Olu", Role.TREASURER)
    me = await susu.customer(olu)
    await olu.says("/nav bonds 1.0500 2026-03-11")
    await olu.taps("Confirm", await olu.sees("Publish the NAV of Steady Bonds"))
    await olu.sees("type your PIN")
    async with susu.units.begin() as unit:
        await operators.revoke(unit, me.id, Role.TREASURER)
    await olu.says(PIN)
    await olu.sees("You do not have the permission for that")
    assert await susu.value("SELECT state FROM intent WHERE customer_id = :id", id=me.id) == "confirmed"
    assert await susu.value("SELECT count(*) FROM nav_price WHERE source = :me", me=f"operator:{me.id}") == 0


async def test_twenty_taps_by_several_checkers_at_once_carry_it_out_once(susu: Susu) -> None:
    olu, ana = await an_operator(susu, "Olu"), await susu.resident("Ana")
    checkers = [(await susu.customer(await an_operator(susu, name))).id for name in ("Mei", "Sam")]
    await borrows(ana)
    made = await a_proposal(susu, olu, ana)

    async def approve(checker_id: int) -> str:
        async with susu.units.begin(Actor("operator", checker_id)) as unit:
            return (await approvals.approve(unit, ACTIONS, made.id, checker_id, made.version)).state

    states = await asyncio.gather(*(approve(checkers[number % 2]) for number in range(20)))
    assert set(states) == {ApprovalState.APPROVED}
    written = "SELECT count(*) FROM entry WHERE kind = 'loan.write_off' AND about ->> 'loan' = :loan"
    assert await susu.value(written, loan=str(made.subject_id)) == 1
    acts = "SELECT string_agg(act, ' ' ORDER BY id) FROM audit_line WHERE subject = :subject AND act <> 'look'"
    assert await susu.value(acts, subject=made.subject) == "propose approve"
    await susu.verified()


async def test_no_button_of_the_desk_ends_in_a_fault_whatever_it_carries(susu: Susu) -> None:
    olu = await an_operator(susu, "Olu")
    async with susu.units.begin() as unit:
        assert await may(unit, (await susu.customer(olu)).id, Permission.PROPOSE_GRANT)
    with capture_logs():
        for verb in VERBS:
            for words in NONSENSE:
                await forges(susu, olu, f"{verb}:{words}")
                assert await susu.value("SELECT count(*) FROM inbox WHERE reference IS NOT NULL") == 0, (verb, words)


async def test_a_role_cannot_be_proposed_for_who_does_not_exist_nor_one_that_is_none(susu: Susu) -> None:
    olu = await an_operator(susu, "Olu")
    me = await susu.customer(olu)
    for data in (f"role:{me.id}:emperor", "role:987654321:support", f"role:{me.id}"):
        await forges(susu, olu, data)
        await olu.says("a reason that is long enough")
    await handled(susu)
    proposed = "SELECT count(*) FROM approval WHERE maker_id = :id AND action = :action"
    assert await susu.value(proposed, id=me.id, action=grants.GRANT) == 0
