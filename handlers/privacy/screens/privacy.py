"""The screens of what is held on a person, and of the end of an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from finance_core.kernel.payloads import Nothing
from finance_core.privacy.closing import MIND_CHANGED_WITHIN, Needed
from finance_core.privacy.notices import Erased, ExportReady
from finance_core.storage.personal import Why
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.chat.screens.ways import act
from handlers.locales import Html, Translator
from handlers.privacy.intents import Asked, Closing


def privacy(t: Translator, closing_on: date | None) -> Screen:
    """What is held, why and how long; the ways to a copy of it and to the end of it."""
    text = lines(
        t("privacy.title"),
        *(t(f"privacy.why_{why}") for why in Why),
        "",
        t("privacy.how"),
        t("privacy.closing_on", day=closing_on) if closing_on is not None else None,
    )
    return Screen(text, (*_ways(t, closing_on), menu_row(t)))


def _ways(t: Translator, closing_on: date | None) -> tuple[tuple[Button, ...], ...]:
    end = (
        act(t, "close_account", t("privacy.close_button"))
        if closing_on is None
        else act(t, "keep_account", t("privacy.keep_button"))
    )
    return (
        (act(t, "my_data", t("privacy.data_button")),),
        (act(t, "terms", t("privacy.terms_button")), act(t, "prices", t("privacy.prices_button"))),
        (act(t, "consents", t("privacy.consents_button")), end),
    )


def data_card(t: Translator) -> Html:
    """What the file holds, before it is confirmed."""
    return t("privacy.data_card")


def data_asked(t: Translator, result: Asked, zone: str) -> Screen:
    """The file is on its way; or it was asked for within the hour, and no other one is made."""
    if result.at is not None:
        return Screen(t("privacy.data_asked_already", at=t.instant(result.at, zone)), (menu_row(t),))
    return Screen(t("privacy.data_asked"), (menu_row(t),))


def export_ready(t: Translator, told: ExportReady) -> Screen:
    """The notice that the file comes with."""
    return Screen(t("privacy.data_here"), (menu_row(t),))


def close_card(t: Translator, needed: Sequence[Needed], due_on: date) -> Html:
    """What closing means, and what still needs the account, before it is confirmed."""
    return lines(
        t("privacy.close_card", day=due_on, days=t("common.day", count=MIND_CHANGED_WITHIN.days)),
        *_needed(t, needed),
        "",
        t("privacy.what_goes"),
        t("privacy.what_stays"),
    )


def close_at_once(t: Translator, text: Html) -> Screen:
    """The same for who has no PIN: one tap asks for it."""
    sure = act(t, "close_account", t("privacy.close_sure"), sure="yes")
    return Screen(text, ((sure,), menu_row(t)))


def closing(t: Translator, params: Nothing, result: Closing) -> Screen:
    """The account is to be closed; until when one may change one's mind."""
    waits = [t(f"privacy.need_{name}") for name in result.needed]
    text = lines(
        t("privacy.closing", day=result.due_on),
        t("privacy.waits_for", what=t.listed(waits)) if waits else None,
        t("privacy.mind"),
    )
    return Screen(text, ((act(t, "keep_account", t("privacy.keep_button")),), menu_row(t)))


def standing(t: Translator, due_on: date, needed: Sequence[Needed]) -> Screen:
    """How a closing stands that was asked for before."""
    text = lines(t("privacy.closing", day=due_on), *_needed(t, needed), t("privacy.mind"))
    return Screen(text, ((act(t, "keep_account", t("privacy.keep_button")),), menu_row(t)))


def kept(t: Translator) -> Screen:
    """The account stays."""
    return Screen(t("privacy.kept"), (menu_row(t),))


def not_closing(t: Translator) -> Screen:
    """Nothing was to be closed."""
    return Screen(t("privacy.not_closing"), (menu_row(t),))


def erased(t: Translator, told: Erased) -> Screen:
    """The last notice."""
    return Screen(t("privacy.erased", day=told.on))


def _needed(t: Translator, needed: Sequence[Needed]) -> list[Html]:
    """Name what still needs the account, with its sum where it has one."""
    if not needed:
        return [t("privacy.needs_nothing")]
    return [
        t("privacy.needs"),
        *(
            t("privacy.need_line", what=t(f"privacy.need_{each.name}"), amount=each.amount)
            if each.amount is not None
            else t("privacy.need_plain", what=t(f"privacy.need_{each.name}"))
            for each in needed
        ),
    ]
