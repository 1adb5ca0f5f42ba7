"""What Susu is and does: what can be done here, when, which messages come, what is known about somebody."""

from __future__ import annotations

from typing import Final

from finance_core.approvals import audit
from finance_core.change_plus.product import fund_on_sale
from finance_core.kernel import calendars
from finance_core.loans import daily as loans_daily
from finance_core.loans import queries as loans
from finance_core.loans.models import LoanState
from finance_core.notices.quiet_hours import QUIET_FROM, QUIET_UNTIL
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.home.topics.offers import offers_agreed_to
from handlers.joining.topics.account import go_on, next_step, phone_on_file
from handlers.locales import Html

EXAMPLES: Final = ("loan.interest", "send.how", "wealth.what_is")
EXAMPLES_WITH_A_LOAN: Final = ("repay.early", "repay.when_due", "wealth.what_is")


async def what_can_you_do(talk: Talk, asked: Asked) -> Answer:
    """What Susu is; how this person stands; three questions that may be asked."""
    t = talk.t
    running = await loans.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)
    own = next_step(talk)
    buttons: tuple[Button, ...] = go_on(talk)
    examples = EXAMPLES
    if running:
        view = await loans.view(talk.unit, running[0])
        own = own or t("home_topics.you_have_a_loan", left=view.settlement)
        buttons, examples = (act(t, "repay"),), EXAMPLES_WITH_A_LOAN
    elif not buttons:
        buttons = (act(t, "borrow"),)
    asks = t.listed(t("home_topics.quoted", question=t(f"topics.{topic}")) for topic in examples)
    text = lines(t("home_topics.what_it_is"), own, t("home_topics.examples", questions=Html(asks)))
    return Answer(text, (*buttons, act(t, "menu", t("common.menu")), act(t, "help")))


async def hours(talk: Talk, asked: Asked) -> Answer:
    """Always; what waits for a day, and which one is next; when people are here."""
    t, today = talk.t, talk.unit.open_on
    plus = await fund_on_sale(talk.unit)
    banking, dealing = calendars.banking(), calendars.dealing()
    text = lines(
        t("home_topics.always"),
        t(
            "home_topics.days",
            dealing=today if dealing.is_open(today) else dealing.after(today),
            cut_off=plus.cut_off,
            banking=today if banking.is_open(today) else banking.after(today),
        ),
        t("home_topics.debits_at", at=loans_daily.DEBIT.at),
        t("home_topics.people_at", hours=talk.support.hours, zone=talk.unit.zone.key),
    )
    return Answer(text, (act(t, "menu", t("common.menu")),))


async def notices(talk: Talk, asked: Asked) -> Answer:
    """What this person gets and when, as the switches stand; what can't be switched off."""
    t, customer = talk.t, talk.customer
    text = lines(
        t("home_topics.income_notice", rhythm=t(f"settings.{customer.income_notice}")),
        t("home_topics.discreet_on") if customer.discreet else t("home_topics.discreet_off"),
        await offers_agreed_to(talk),
        t("home_topics.quiet", from_=QUIET_FROM, until=QUIET_UNTIL),
        t("home_topics.always_sent"),
    )
    return Answer(text, (act(t, "settings"),))


async def what_you_know(talk: Talk, asked: Asked) -> Answer:
    """What is kept and how; who looked at it, by the record; how to get it."""
    t, me = talk.t, talk.customer.id
    subjects = [f"customer:{me}", *(f"loan:{loan.id}" for loan in await loans.of_customer(talk.unit, me))]
    looks = [line for subject in subjects for line in await audit.read(talk.unit, subject=subject)]
    looked = sorted(line.at for line in looks if line.act == "look")
    text = lines(
        t("home_topics.kept"),
        phone_on_file(talk),
        t("home_topics.sealed"),
        t("home_topics.looked", count=len(looked), at=t.instant(looked[-1], talk.customer.zone))
        if looked
        else t("home_topics.nobody_looked"),
        t("home_topics.of_others"),
        t("home_topics.get_it"),
    )
    return Answer(text, (act(t, "privacy", t("privacy.button")), ask(t, "account.close")))


TOPICS: Final[tuple[Topic, ...]] = (
    Topic("about.what_can_you_do", what_can_you_do),
    Topic("hours.when", hours),
    Topic("notices.which", notices),
    Topic("privacy.what_you_know", what_you_know),
)
