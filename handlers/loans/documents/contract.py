"""A loan's contract and its settlement letter, in a person's language: the price first, then what is agreed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import structlog

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.loans.models import Loan
from finance_core.loans.origination.contract import Contract, Paper, Write, contract_associated_data
from finance_core.loans.origination.models import LoanContract
from finance_core.storage.cipher import Cipher
from handlers.documents.paper import Document, printed
from handlers.documents.texts import Block, plain_document
from handlers.loans.screens.borrow import product_name
from handlers.locales import Translator, translator

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Names:
    """Who is named on a contract: the borrower, the lender, who stands for it, who is stood for, by customer's id."""

    borrower: str
    lender: str
    sureties: Mapping[int, str]


def writer(t: Translator, cipher: Cipher, zone: ZoneInfo, names: Names) -> Write:
    """Return what writes and prints a person's contract."""

    async def write(agreed: Contract) -> Paper:
        text = contract_document(t, agreed, zone, names).as_text()
        pdf = await asyncio.to_thread(printed, Document.of_text(text))
        return Paper(
            language=t.language,
            sealed=cipher.encrypt(text.encode(), contract_associated_data(agreed.loan_id)),
            sha256=hashlib.sha256(pdf).hexdigest(),
        )

    return write


async def reprinted(paper: LoanContract, cipher: Cipher) -> bytes:
    """Return the PDF of a signed contract, printed again from the text that was kept.

    Raises NotFound: `loan_paper_unreadable`: no secret opens it any more, or it is not this loan's.
    """
    text = cipher.opened(paper.sealed, contract_associated_data(paper.loan_id))
    if text is None:
        _log.error("contract_unreadable", loan=paper.loan_id)
        raise NotFound(ErrorCode.LOAN_PAPER_UNREADABLE)
    return await asyncio.to_thread(printed, Document.of_text(text.decode()))


def draft(t: Translator, offered: Contract, zone: ZoneInfo, names: Names) -> Document:
    """Return the text of what would be signed: the contract's own, with *not signed* where its number would stand."""
    return contract_document(t, offered, zone, names, is_signed=False)


def contract_document(
    t: Translator, agreed: Contract, zone: ZoneInfo, names: Names, *, is_signed: bool = True
) -> Document:
    """Return the contract's text. The all-in rate is its headline."""
    named = number(agreed.loan_id) if is_signed else t("contract.not_signed")
    at = t.instant(agreed.signed_at, zone)
    blocks = (
        *_parties(t, agreed, names),
        *_the_loan(t, agreed),
        *_schedule(t, agreed),
        *_when_late(t, agreed),
        *_rights(t, agreed),
        *_debit(t, agreed),
        *_sureties(t, agreed, names.sureties),
        *_stands_for(t, agreed, names.sureties),
        ("heading", t("contract.complaints")),
        ("text", t("contract.complaints_text")),
        ("heading", t("contract.signature")),
        ("text", t("contract.signed" if is_signed else "contract.to_sign", at=at, name=names.borrower)),
    )
    return plain_document(
        title=t("contract.title" if is_signed else "contract.draft_title"),
        subtitle=t("contract.subtitle", number=named, day=agreed.signed_on),
        headline=t("contract.all_in", rate=t.percent(agreed.all_in_rate)),
        under=t("contract.cost", cost=agreed.cost, sum=agreed.commitment),
        blocks=blocks,
        footer=t("contract.footer", number=named),
        dated=agreed.signed_at,
    )


def settlement_letter(language: str, loan: Loan, name: str, lender: str, paid: Money) -> Document:
    """Return the letter that says that a loan is repaid. It is dated by its settlement."""
    t = translator(language)
    ended_on = loan.ended_on or loan.disbursed_on
    facts: list[Block] = [
        _fact(t, "contract.lender", lender or t("contract.lender_name")),
        _fact(t, "contract.borrower", name),
        _fact(t, "contract.number", number(loan.id)),
        _fact(t, "contract.lent", Money(loan.principal, ASSETS[loan.asset])),
        _fact(t, "contract.lent_on", loan.disbursed_on),
        _fact(t, "contract.paid_in_all", paid),
        _fact(t, "contract.settled_on", ended_on),
    ]
    return plain_document(
        title=t("contract.letter_title"),
        subtitle=t("contract.subtitle", number=number(loan.id), day=ended_on),
        headline=t("contract.letter_headline"),
        under=t("contract.letter_under", day=ended_on),
        blocks=(*facts, ("text", t("contract.letter_text"))),
        footer=t("contract.footer", number=number(loan.id)),
        dated=loan.signed_at,
    )


def number(loan_id: int) -> str:
    """Return a contract's number as it stands on paper: "L-000017"."""
    return f"L-{loan_id:06d}"


def _parties(t: Translator, agreed: Contract, names: Names) -> list[Block]:
    return [
        ("heading", t("contract.parties")),
        _fact(t, "contract.lender", _lender(t, agreed, names)),
        _fact(t, "contract.borrower", t("contract.borrower_name", name=names.borrower, number=agreed.customer_id)),
    ]


def _lender(t: Translator, agreed: Contract, names: Names) -> str:
    if agreed.circle is not None:
        return t("contract.lender_circle")
    return names.lender or t("contract.lender_name")


def _the_loan(t: Translator, agreed: Contract) -> list[Block]:
    facts: list[Block] = [
        ("heading", t("contract.the_loan")),
        _fact(t, "contract.product", _without_emoji(product_name(t, agreed.product))),
        _fact(t, "contract.sum", agreed.commitment),
    ]
    if agreed.draw_until is not None:
        facts.append(_fact(t, "contract.drawn_now", agreed.paid_out))
        later = agreed.commitment - agreed.paid_out
        until = t("contract.later_until", sum=later, count=agreed.draws_left, until=agreed.draw_until)
        facts.append(_fact(t, "contract.drawn_later", until))
    facts.append(_fact(t, "contract.rate", t.percent(agreed.annual_rate)))
    for name, fee in (("withheld", agreed.withheld), ("fee_each_instalment", agreed.fee_each_instalment)):
        if fee:
            facts.append(_fact(t, f"contract.{name}", fee))
    if agreed.refinances:
        facts.append(("text", t("contract.refinances")))
    return facts


def _without_emoji(name: str) -> str:
    return name.lstrip("".join(mark for mark in name if not mark.isalnum()))


def _schedule(t: Translator, agreed: Contract) -> list[Block]:
    asset = agreed.commitment.asset
    head = [t(f"contract.column_{name}") for name in ("nr", "due", "principal", "interest", "fee", "total")]
    rows = [
        [
            str(line.nr),
            t.day(line.due_on),
            *_sums(asset, line.principal, line.interest, line.fee, line.principal + line.interest + line.fee),
        ]
        for line in agreed.lines
    ]
    totals = _sums(
        asset,
        sum(line.principal for line in agreed.lines),
        sum(line.interest for line in agreed.lines),
        sum(line.fee for line in agreed.lines),
        sum(line.principal + line.interest + line.fee for line in agreed.lines),
    )
    return [
        ("heading", t("contract.schedule")),
        ("table", head, [*rows, ["", t("contract.in_all"), *totals]]),
        *([("text", t("contract.schedule_drawn"))] if agreed.draw_until is not None else []),
    ]


def _when_late(t: Translator, agreed: Contract) -> list[Block]:
    if agreed.circle is not None:
        return [("heading", t("contract.late")), ("text", t("contract.late_circle"))]
    together = agreed.annual_rate + agreed.penalty_rate
    days = t("common.day", count=agreed.grace_days)
    return [
        ("heading", t("contract.late")),
        ("text", t("contract.penalty", rate=t.percent(together), days=days)),
        *([("text", t("contract.late_fee", sum=agreed.late_fee))] if agreed.late_fee else []),
    ]


def _rights(t: Translator, agreed: Contract) -> list[Block]:
    return [
        ("heading", t("contract.rights")),
        ("text", t("contract.cooling_off", until=agreed.cooling_off_until)),
        ("text", t("contract.early")),
    ]


def _debit(t: Translator, agreed: Contract) -> list[Block]:
    """The consent to automatic debit is a line of its own, apart from the terms."""
    consent = "none" if not agreed.automatic_debit else "both" if agreed.from_change_plus else "wallet"
    return [("heading", t("contract.debit")), ("text", t(f"contract.debit_{consent}"))]


def _sureties(t: Translator, agreed: Contract, names: Mapping[int, str]) -> list[Block]:
    if not agreed.sureties:
        return []
    facts = [(("fact", names[each.customer_id], t.money(each.at_most))) for each in agreed.sureties]
    return [("heading", t("contract.sureties")), ("text", t("contract.sureties_text")), *facts]


def _stands_for(t: Translator, agreed: Contract, names: Mapping[int, str]) -> list[Block]:
    """Of a loan that is taken together: the other lines, and at most how much of each the borrower stands for."""
    if not agreed.stands_for:
        return []
    facts = [
        ("fact", names[each.customer_id], str(t("contract.stands_row", sum=each.principal, at_most=each.at_most)))
        for each in agreed.stands_for
    ]
    return [("heading", t("contract.stands_for")), ("text", t("contract.stands_for_text")), *facts]


def _fact(t: Translator, key: str, value: Money | date | Decimal | str) -> Block:
    return ("fact", t(key), t.money(value) if isinstance(value, Money) else t.shown(value))


def _sums(asset: Asset, *amounts: int) -> list[str]:
    return [str(Money(amount, asset)) for amount in amounts]
