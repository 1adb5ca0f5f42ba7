"""What operators see at their desk: what waits, a proposal with its figures before and after, who holds which role."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from finance_core.approvals import Approval, ApprovalState, Preview
from finance_core.approvals.notices import ApprovalDecided, ApprovalWaits, OfProposal, OfRole, RoleGranted, RoleRevoked
from finance_core.customers.roles import Permission, Role
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import MOST_BUTTONS, choices, confirm_buttons, lines
from handlers.desk.intents import ApproveProposal, ProposalApproved, Propose, Proposed
from handlers.desk.screens.figures import figures
from handlers.desk.screens.naming import action_name, role_name, roles_named, state_name, subject_name, why_frozen
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.approvals import Looked

Ways = tuple[tuple[Permission, str, str], ...]

WAYS: Final[Ways] = (
    (Permission.SEE_DESK, "work", "do:work"),
    (Permission.SEE_DESK, "since", "do:since"),
    (Permission.SEE_APPROVALS, "proposals", "proposals"),
    (Permission.FIND_CUSTOMERS, "find", "do:find_customer"),
    (Permission.SEE_COUNTS, "reports", "reports"),
)
"""The buttons of the desk: who sees each, its text, where it leads."""

MORE_WAYS: Final[Mapping[str, Ways]] = {
    "people": (
        (Permission.ANSWER_CASES, "questions", "do:questions"),
        (Permission.REVIEW_IDENTITY, "identities", "do:identities"),
        (Permission.OPEN_IDENTITY, "pin_resets", "do:pin_resets"),
        (Permission.CORRECT_AGE, "age", "age"),
    ),
    "money": (
        (Permission.SEE_LOANS, "loan", "findloan"),
        (Permission.DECIDE_APPLICATIONS, "applications", "do:queue"),
        (Permission.HELP_IN_HARDSHIP, "cases", "do:cases"),
        (Permission.PUBLISH_INCOME, "income", "do:income_desk"),
    ),
    "offers": (
        (Permission.PROPOSE_BROADCAST, "offers", "do:offers"),
        (Permission.PROPOSE_BROADCAST, "broadcasts", "do:broadcasts"),
        (Permission.SEE_COUNTS, "audiences", "do:audiences"),
        (Permission.SEE_COUNTS, "tags", "do:tags"),
    ),
    "circles": ((Permission.SEE_DESK, "circles", "do:circle_desk"),),
    "service": (
        (Permission.PROPOSE_GRANT, "roles", "roles"),
        (Permission.SEE_DESK, "ownaccounts", "ownaccounts"),
        (Permission.RUN_SERVICE, "deadupdates", "deadupdates"),
        (Permission.RUN_SERVICE, "bookdays", "bookdays"),
    ),
}
"""Those behind "More", by what they are about: who has roles for a few of them sees all at once."""

BUTTONS_ON_A_LIST: Final = 4
_HOUR_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class People:
    """The people of a proposal, and what the reader is among them."""

    maker: str
    whose: str | None
    """Whose it is, by name; None for what belongs to nobody alone."""
    is_maker: bool
    is_party: bool
    """Whether the reader owes it, stands for it or is paid by it, and so decides nothing."""
    frozen_because: str | None = None
    """Why an account was frozen, where the proposal is to open it again."""
    names: Mapping[int, str] = field(default_factory=dict)
    """What the accounts are called that its figures name, by customer id."""


# -- the desk ---------------------------------------------------------------------------------------------------------


def desk(
    t: Translator,
    roles: Collection[Role],
    granted: Collection[Permission],
    waiting: Sequence[Approval],
    me: int,
) -> Screen:
    """Where an operator begins: what waits, and a button for each thing that their roles grant."""
    others = sum(each.maker_id != me for each in waiting)
    text = lines(
        t("operator.desk", roles=roles_named(t, sorted(roles))),
        t("operator.desk_waiting", count=others) if others and Permission.SEE_APPROVALS in granted else None,
    )
    ways = _granted(t, WAYS, granted)
    if any(_granted(t, group, granted) for group in MORE_WAYS.values()):
        ways.append((t("operator.to_more"), "deskmore"))
    return Screen(text, choices(ways, per_row=2))


def more(t: Translator, granted: Collection[Permission], of: str | None = None) -> Screen:
    """What has no room on the desk itself: all of it where that is little, else what it is about, or `of` one thing."""
    groups = {name: _granted(t, group, granted) for name, group in MORE_WAYS.items()}
    if of in groups:
        back = Button(t("common.back"), "deskmore")
        return Screen(t(f"operator.more_{of}"), (*choices(groups[of], per_row=2), (back, *desk_row(t))))
    ways = [way for group in groups.values() for way in group]
    if len(ways) >= MOST_BUTTONS:
        ways = [(t(f"operator.more_{name}"), f"deskmore:{name}") for name, group in groups.items() if group]
    return Screen(t("operator.more"), (*choices(ways, per_row=2), desk_row(t)))


def _granted(t: Translator, ways: Ways, granted: Collection[Permission]) -> list[tuple[str, str]]:
    return [(t(f"operator.to_{name}"), data) for needed, name, data in ways if needed in granted]


def desk_row(t: Translator) -> tuple[Button, ...]:
    """Return the way back to the desk, as a row of its own."""
    return (Button(t("operator.to_desk"), "do:operator"),)


# -- lists of proposals -----------------------------------------------------------------------------------------------


def proposals(t: Translator, waiting: Sequence[Approval], now: datetime, me: int) -> Screen:
    """What waits for a second person, oldest first, with the hours that are left for each; one's own are marked."""
    mine = Button(t("operator.to_my_proposals"), "myproposals")
    if not waiting:
        return Screen(t("operator.nothing_waits"), ((mine, *desk_row(t)),))
    shown = waiting[:BUTTONS_ON_A_LIST]
    rows = [
        t(
            "operator.waiting_own" if each.maker_id == me else "operator.waiting_row",
            number=each.id,
            **_named_of(t, each),
            hours=max(0, int((each.due_at - now).total_seconds())) // _HOUR_SECONDS,
        )
        for each in shown
    ]
    further = t("operator.and_more", count=len(waiting) - len(shown)) if len(waiting) > len(shown) else None
    return Screen(lines(t("operator.proposals"), *rows, further), (*_opening(shown), (mine, *desk_row(t))))


def my_proposals(t: Translator, made: Sequence[Approval]) -> Screen:
    """What one has proposed, newest first, and what became of it."""
    if not made:
        return Screen(t("operator.nothing_proposed"), (desk_row(t),))
    shown = made[:BUTTONS_ON_A_LIST]
    rows = [
        t("operator.my_row", number=each.id, **_named_of(t, each), state=state_name(t, each.state)) for each in shown
    ]
    return Screen(lines(t("operator.my_proposals"), *rows), (*_opening(shown), desk_row(t)))


def _opening(shown: Sequence[Approval]) -> tuple[tuple[Button, ...], ...]:
    return choices([(f"#{each.id}", f"proposal:{each.id}") for each in shown], per_row=BUTTONS_ON_A_LIST)


# -- one proposal -----------------------------------------------------------------------------------------------------


def proposal(
    t: Translator, looked: Looked, people: People, zone: ZoneInfo, *, card: tuple[str, int] | None = None
) -> Screen:
    """One proposal: whose it is, by whom and why, the figures before and after, what stands in its way, the decision.

    `card` is the token and version of the intent that approves it, for who may decide.
    """
    found = looked.approval
    obstacle = looked.obstacle
    text = lines(
        t("operator.proposal", number=found.id, **_named_of(t, found)),
        t("operator.whose", name=people.whose) if people.whose else None,
        t("people.frozen_because", why=why_frozen(t, people.frozen_because)) if people.frozen_because else None,
        "",
        *figures(t, found.before, found.after, people.names),
        _warning(t, found.before) if found.state == ApprovalState.OPEN else None,
        "",
        t("operator.by_whom", name=people.maker, why=found.why),
        t("operator.until", at=t.instant(found.due_at, zone)) if found.state == ApprovalState.OPEN else None,
        state_name(t, found.state) if found.state != ApprovalState.OPEN else None,
        t("operator.answer", answer=found.answer) if found.answer else None,
        t("operator.obstacle", why=t(f"error.{obstacle.code}", **obstacle.details)) if obstacle else None,
        t("error.own_dealing") if people.is_party and found.state == ApprovalState.OPEN else None,
    )
    buttons = _decisions(t, found, is_own=people.is_maker, card=card, is_possible=obstacle is None)
    return Screen(text, (*buttons, *_looking(t, found.subject), desk_row(t)))


def _decisions(
    t: Translator, found: Approval, *, is_own: bool, card: tuple[str, int] | None, is_possible: bool
) -> tuple[tuple[Button, ...], ...]:
    if found.state != ApprovalState.OPEN:
        return ()
    if is_own:
        return ((Button(t("operator.unpropose"), f"unpropose:{found.id}"),),)
    refuse = Button(t("operator.refuse"), f"objection:{found.id}")
    if card is None:
        return ()
    if not is_possible:  # what can no longer be done is refused, so that it waits for nobody
        return ((refuse,),)
    token, version = card
    return ((Button(t("operator.approve"), f"ok:{token}:{version}"), refuse),)


def _looking(t: Translator, subject: str) -> tuple[tuple[Button, ...], ...]:
    """Return the way to what is decided on, where it has a card of its own: what people will read of a broadcast."""
    kind, _, number = subject.partition(":")
    return ((Button(t("operator.look_at_broadcast"), f"broadcast:{number}"),),) if kind == "broadcast" else ()


def _warning(t: Translator, before: Mapping[str, Any]) -> Html | None:
    """Return what has to be said before a loan is given up that is not late: `days_late` is 0."""
    return t("operator.warning_not_late") if before.get("days_late") == 0 else None


def ask_reason(t: Translator, action: str, subject: str) -> Screen:
    """Ask for the reason of a proposal."""
    named = {"action": action_name(t, action), "subject": subject_name(t, subject)}
    return Screen(t("operator.ask_reason", **named), (desk_row(t),))


def draft(
    t: Translator,
    params: Propose,
    preview: Preview,
    whose: str | None,
    names: Mapping[int, str],
    card: tuple[str, int],
) -> Screen:
    """What would be proposed and whose it is, with Confirm and Cancel; `card` is the intent's token and version."""
    named = {"action": action_name(t, params.action), "subject": subject_name(t, params.subject)}
    text = lines(
        t("operator.draft", **named),
        t("operator.whose", name=whose) if whose else None,
        "",
        *figures(t, preview.before, preview.after, names),
        _warning(t, preview.before),
        "",
        t("operator.answer", answer=params.why),
    )
    return Screen(text, confirm_buttons(t, *card))


def proposed(t: Translator, made: Proposed, zone: ZoneInfo) -> Screen:
    """The proposal waits for a second person."""
    until = t.instant(made.due_at, zone)
    return Screen(t("operator.proposed", number=made.approval, at=until), (desk_row(t),))


def approved(t: Translator, params: ApproveProposal, result: ProposalApproved) -> Screen:
    """The proposal is approved and carried out."""
    return decided(t, result.action, result.subject, result.state)


def decided(t: Translator, action: str, subject: str, state: str) -> Screen:
    """What a proposal has come to."""
    named = {"action": action_name(t, action), "subject": subject_name(t, subject)}
    return Screen(t("operator.decided", **named, state=state_name(t, state)), (desk_row(t),))


def ask_objection(t: Translator, found: Approval) -> Screen:
    """Ask why a proposal is refused."""
    return Screen(t("operator.ask_objection", number=found.id, **_named_of(t, found)), (desk_row(t),))


# -- notices ----------------------------------------------------------------------------------------------------------


def approval_waits(t: Translator, told: ApprovalWaits) -> Screen:
    """A proposal waits for whoever reads this."""
    return Screen(t("operator.waits", **_named_of(t, told)), (_open(t, told.approval),))


def approval_decided(t: Translator, told: ApprovalDecided) -> Screen:
    """What became of the reader's proposal, with the checker's word on it if there is one."""
    said = t("operator.decided", **_named_of(t, told), state=state_name(t, told.state))
    answer = t("operator.answer", answer=told.note) if told.note else None
    return Screen(lines(said, answer), _looking(t, told.subject) or (_open(t, told.approval),))


def role_granted(t: Translator, told: RoleGranted) -> Screen:
    """Somebody was given a role; whoever has one says which other accounts are theirs."""
    own = Button(t("operator.to_ownaccounts"), "ownaccounts")
    return Screen(t("operator.role_granted", **_role_of(t, told)), ((own,),))


def role_revoked(t: Translator, told: RoleRevoked) -> Screen:
    """A role was taken from somebody."""
    return Screen(t("operator.role_revoked", **_role_of(t, told)))


# -- names ------------------------------------------------------------------------------------------------------------


def _named_of(t: Translator, found: Approval | OfProposal) -> dict[str, Html]:
    return {"action": action_name(t, found.action), "subject": subject_name(t, found.subject)}


def _role_of(t: Translator, told: OfRole) -> dict[str, Html]:
    return {"subject": subject_name(t, told.subject), "role": role_name(t, told.role)}


def _open(t: Translator, approval_id: int) -> tuple[Button, ...]:
    return (Button(t("operator.open_it"), f"proposal:{approval_id}"),)
