"""A loan that is taken together, as one of those sees it who take it: how far it is, the own line, what comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.queries import names_of
from finance_core.circles.sealing import title_associated_data, words_of
from finance_core.customers import service as customers
from finance_core.customers.queries import all_of
from finance_core.intents import Intent
from finance_core.journeys import group_loans
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from finance_core.loans.models import Loan
from finance_core.loans.origination import group_lines, group_opening, signing
from finance_core.loans.origination import group_loans as core
from finance_core.loans.origination.contract import Contract, Write
from finance_core.loans.origination.group_lines import Line, Terms
from finance_core.loans.origination.group_models import GroupState
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import id_in
from handlers.chat.confirm import offer, propose
from handlers.chat.filters import Tap
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.documents.paper import printed
from handlers.loans.documents.contract import Names, draft, writer
from handlers.loans.group_intents import EndGroupLoan, SignedTogether, SignTogether
from handlers.loans.screens import borrow as loan_screens
from handlers.loans.screens import group_card as screens
from handlers.locales import Html, translator

router = Router(name="group_card")

USUAL: Final = "usual"
"""Over how many instalments where nothing else is said: a slot beside the sum that is asked for."""


@router.callback_query(Tap("grouploan"))
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show how far it is and what comes next. Raises NotFound: `group_loan`, for who is not in it too."""
    return await as_it_stands(talk, id_in(arguments, ErrorCode.GROUP_LOAN))


async def as_it_stands(talk: Talk, group_id: int) -> Screen:
    """Return the card of what comes next: asking for one's line, waiting, signing. Raises NotFound: `group_loan`."""
    own = await group_lines.line_of(talk.unit, group_id, talk.customer.id)
    if group_lines.is_to_sign(own):
        return await _to_sign(talk, own)
    names = await names_in(talk, group_id)
    progress = await group_lines.progress(talk.unit, group_id)
    return screens.card(talk.t, await _title(talk, group_id), own, names, progress, talk.unit.zone)


async def names_in(talk: Talk, group_id: int) -> dict[int, str]:
    """Return what those are called who borrow together, by customer id, in the order of their lines.

    Until all have asked for their lines, a nickname of the circle stands for a name; who stands for whom has to know.
    """
    people = [line.customer_id for line in await group_lines.lines_of(talk.unit, group_id)]
    if (await group_lines.progress(talk.unit, group_id)).state in (GroupState.SIGNING, GroupState.PAID):
        return await _names(talk, people)
    circle = await group_loans.circle_of(talk.unit, group_id)
    called = await names_of(talk.unit, talk.cipher, circle, people)
    return {who: called.get(who, "") for who in people}


async def _names(talk: Talk, people: Sequence[int]) -> dict[int, str]:
    found = {person.id: customers.display_name(person, talk.cipher) for person in await all_of(talk.unit, people)}
    return {who: found[who] for who in people}


async def _title(talk: Talk, group_id: int) -> str:
    circle = await group_loans.circle_of(talk.unit, group_id)
    return words_of(circle.title_sealed, talk.cipher, title_associated_data(circle.token))


async def together_in(talk: Talk, loan: Loan) -> str | None:
    """Return the name of the circle with whose members a loan was taken; None: it was not taken together."""
    group = await group_lines.taken_together(talk.unit, loan.id) if loan.product == group_opening.GROUP else None
    return await _title(talk, group.id) if group is not None else None


# -- signing ----------------------------------------------------------------------------------------------------------


async def _to_sign(talk: Talk, own: Line) -> Screen:
    terms = await group_lines.terms_of(talk.unit, own.group.id, talk.customer.id)
    intent = await propose(talk, SIGN, _offered(own.group.id, terms))
    until = talk.t.instant(own.group.expires_at, talk.unit.zone)
    names, title = await names_in(talk, own.group.id), await _title(talk, own.group.id)
    progress = await group_lines.progress(talk.unit, own.group.id)
    seen = screens.ToSign(title, terms, names, progress, until, talk.institution)
    return screens.to_sign(talk.t, seen, (intent.token, intent.version))


def _offered(group_id: int, terms: Terms) -> SignTogether:
    stands_for = sum(each.at_most.amount for each in terms.stands_for)
    return SignTogether(
        group=group_id,
        all_in=terms.quote.all_in_rate,
        repaid=terms.quote.repaid,
        stands_for=Money(stands_for, terms.quote.repaid.asset),
    )


async def _before_signing(talk: Talk, params: SignTogether, intent: Intent) -> Screen | None:
    """Show the card anew where another day, or another's line, has made something else of it."""
    own = await group_lines.line_of(talk.unit, params.group, talk.customer.id)
    if not group_lines.is_to_sign(own):
        return await as_it_stands(talk, params.group)
    terms = await group_lines.terms_of(talk.unit, params.group, talk.customer.id)
    return None if _offered(params.group, terms) == params else await _to_sign(talk, own)


async def _why_again(talk: Talk, before: SignTogether, now: SignTogether, intent: Intent) -> Html:
    return talk.t("group_loans.back_terms")


async def _sign(talk: Talk, params: SignTogether, key: str) -> SignedTogether:
    terms = await group_lines.terms_of(talk.unit, params.group, talk.customer.id)
    if _offered(params.group, terms) != params:
        raise Conflict(ErrorCode.INTENT_OUTDATED)  # something changed under the PIN: nothing is signed
    writers = await _writers(talk, params.group)
    seen = await group_loans.sign(talk.unit, params.group, talk.customer.id, write_for=writers.__getitem__)
    paid = await signing.known(talk.unit, core.line_key(params.group, terms.line.nr)) if seen.is_complete else None
    received = Money(paid[0].principal - paid[0].fee_deferred, terms.quote.principal.asset) if paid else None
    return SignedTogether(
        signed=seen.signed,
        of=seen.of,
        loan=paid[0].id if paid else None,
        received=received,
        reference=paid[1] if paid else None,
    )


async def _writers(talk: Talk, group_id: int) -> dict[int, Write]:
    """Return what puts each one's contract on paper, in the language of each."""
    lines = await group_lines.lines_of(talk.unit, group_id)
    people = await all_of(talk.unit, [line.customer_id for line in lines])
    called = {person.id: customers.display_name(person, talk.cipher) for person in people}
    return {
        person.id: writer(
            translator(person.language),
            talk.cipher,
            talk.unit.zone,
            Names(called[person.id], talk.institution, called),
        )
        for person in people
    }


@router.callback_query(Tap("groupdraft"))
async def read_first(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send the contract to be read before it is signed. Raises NotFound: `group_loan`; as `terms_of`."""
    group_id = id_in(arguments, ErrorCode.GROUP_LOAN)
    terms = await group_lines.terms_of(talk.unit, group_id, talk.customer.id)
    contract = await signing.drafted(
        talk.unit,
        talk.customer.id,
        terms.quote,
        automatic_debit=terms.line.automatic_debit,
        from_change_plus=terms.line.from_change_plus,
        together=(terms.sureties, terms.stands_for),
    )
    called = await names_in(talk, group_id)
    return loan_screens.draft(talk.t, await _paper(talk, contract, called))


async def _paper(talk: Talk, contract: Contract, called: dict[int, str]) -> File:
    names = Names(called[talk.customer.id], talk.institution, called)
    pdf = await asyncio.to_thread(printed, draft(talk.t, contract, talk.unit.zone, names))
    return File("contract-not-signed.pdf", pdf)


@router.callback_query(Tap("groupback"))
async def take_back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take one's signature back, until all are paid. Raises NotFound: `group_loan`; Conflict: `group_loan_over`."""
    group_id = id_in(arguments, ErrorCode.GROUP_LOAN)
    await core.withdraw(talk.unit, group_id, talk.customer.id)
    return screens.taken_back(talk.t, group_id)


# -- ending it --------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("groupend"))
async def end(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to end it for all. Raises NotFound: `group_loan`."""
    group_id = id_in(arguments, ErrorCode.GROUP_LOAN)
    own = await group_lines.line_of(talk.unit, group_id, talk.customer.id)
    if own.group.state not in group_lines.OPEN:
        return await as_it_stands(talk, group_id)
    return await offer(talk, END, EndGroupLoan(group=group_id), screens.end_card(talk.t))


async def _end(talk: Talk, params: EndGroupLoan, key: str) -> Nothing:
    await group_opening.call_off(talk.unit, params.group, talk.customer.id)
    return Nothing()


SIGN: Final = Action(
    "group_loan.sign",
    SignTogether,
    SignedTogether,
    needs_pin=True,
    run=_sign,
    done=shows(screens.signed),
    before=_before_signing,
    why=_why_again,
)
END: Final = Action("group_loan.end", EndGroupLoan, Nothing, needs_pin=False, run=_end, done=shows(screens.ended))
ACTIONS: Final = (SIGN, END)
