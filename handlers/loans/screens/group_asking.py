"""One's own line of a loan that is taken together: what it would cost, and what was decided on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance_core.loans.origination.decision import Reason
from finance_core.loans.origination.models import ApplicationState
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import MOST_BUTTONS, confirm_buttons, lines, menu_row
from handlers.loans.group_intents import AskForLine, LineIsAsked
from handlers.loans.screens import borrow
from handlers.loans.screens.borrow import pairs
from handlers.loans.screens.group_opening import sums
from handlers.loans.screens.refusals import NO_OFFICER_HELPS, reason_text, smaller, what_helps
from handlers.locales import Translator

if TYPE_CHECKING:
    from finance_core.loans.origination.decision import Decision
    from finance_core.loans.origination.quoting import Quote
    from finance_core.loans.products.product_terms import LoanProduct


def ask_sum(t: Translator, product: LoanProduct) -> Screen:
    """Ask how much this person wants."""
    text = t("group_loans.ask_own", minimum=product.minimum, maximum=product.maximum, step=product.step)
    return Screen(text, (sums(product),))


def line(t: Translator, card: borrow.Card, params: AskForLine) -> Screen:
    """The price first, as any loan's; nothing is signed yet."""
    text = lines(
        borrow.offer_text(t, card),
        t("group_loans.stand_equally"),
        "",
        t("group_loans.not_signed_yet"),
    )
    quote = card.quote
    debit = Button(t(f"borrow.debit_button_{card.debit}"), f"groupdebit:{card.token}:{card.version}")
    counts = [tenor.count for tenor in quote.product.tenors if tenor.count != quote.tenor.count]
    others = [
        Button(t("group_loans.in_parts", count=each), f"groupask:{params.group}:{params.sum.amount}:{each}")
        for each in counts[:1]
    ]
    another = Button(t("group_loans.another_sum"), f"groupother:{params.group}")
    return Screen(text, (*confirm_buttons(t, card.token, card.version), (debit,), (*others, another)))


def not_lent(t: Translator, group: int, decided: Decision, quote: Quote) -> Screen:
    """Why this line would not be lent, what would change it, a smaller one, a person to ask."""
    reasons = [f"• {reason_text(t, reason, decided)}" for reason in decided.reasons]
    asked = f"{group}:{quote.principal.amount}:{quote.tenor.count}"
    by_officer = NO_OFFICER_HELPS.isdisjoint(decided.reasons)
    person = (Button(t("borrow.ask_a_person"), f"groupperson:{asked}"),) if by_officer else ()
    less = smaller(decided, quote)
    ways = [
        *(
            [Button(t("borrow.borrow_limit", limit=less), f"groupask:{group}:{less.amount}:{quote.tenor.count}")]
            if less is not None
            else []
        ),
        Button(t("group_loans.another_sum"), f"groupother:{group}"),
        *what_helps(t, decided.reasons, has_joined=decided.facts.tier > 0),
    ]
    last = (*person, Button(t("group_loans.see"), f"grouploan:{group}"))
    return Screen(lines(t("borrow.declined"), *reasons), (*pairs(ways[: MOST_BUTTONS - len(last)]), last))


def asked(t: Translator, params: AskForLine, result: LineIsAsked) -> Screen:
    """What was decided on it, and what comes next."""
    see = Button(t("group_loans.see"), f"grouploan:{params.group}")
    if result.state == ApplicationState.APPROVED:
        if result.is_signed_now:
            sign = Button(t("group_loans.see_and_sign"), f"grouploan:{params.group}")
            return Screen(t("group_loans.all_approved"), ((sign,), menu_row(t)))
        return Screen(t("group_loans.line_approved", sum=params.sum), ((see, *menu_row(t)),))
    if result.state == ApplicationState.REFERRED:
        return waits(t, params.group)
    reasons = [Reason(reason) for reason in result.reasons]
    said = [f"• {t(f'borrow.officer_reason_{reason}')}" for reason in reasons]
    another = Button(t("group_loans.another_sum"), f"groupother:{params.group}")
    ways = pairs([another, *what_helps(t, reasons)][: MOST_BUTTONS - 2])
    return Screen(lines(t("group_loans.line_fell", sum=params.sum), *said), (*ways, (see, *menu_row(t))))


def waits(t: Translator, group: int) -> Screen:
    """A credit officer looks at it."""
    see = Button(t("group_loans.see"), f"grouploan:{group}")
    return Screen(t("group_loans.officer_looks"), ((see, *menu_row(t)),))
