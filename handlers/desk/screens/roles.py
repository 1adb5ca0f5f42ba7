"""Roles: who holds which, giving one, taking one."""

from __future__ import annotations

from collections.abc import Sequence

from finance_core.customers.models import OperatorRole
from finance_core.customers.roles import Role
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.desk.intents import TakeRole
from handlers.desk.screens.approvals import BUTTONS_ON_A_LIST, desk_row
from handlers.desk.screens.naming import role_name
from handlers.locales import Html, Translator


def roles(t: Translator, held: Sequence[tuple[str, OperatorRole]], start: int = 0) -> Screen:
    """Who holds which role, with a button to give one; a role is taken by its button, from the `start`th on."""
    rows = [t("operator.role_row", name=name, role=role_name(t, each.role)) for name, each in held]
    page, following = page_of(held, start, BUTTONS_ON_A_LIST)
    takes = [
        (t("operator.take", name=name, role=role_name(t, each.role)), f"takerole:{each.customer_id}:{each.role}")
        for _, (name, each) in page
    ]
    more = [(t("common.more"), f"roles:{following}")] if following is not None else []
    give = (Button(t("operator.give_role"), "giverole"),)
    return Screen(lines(t("operator.roles"), *rows), (give, *choices([*takes, *more], per_row=1), desk_row(t)))


def ask_person(t: Translator) -> Screen:
    """Ask who is to have a role."""
    return Screen(t("operator.ask_person"), (desk_row(t),))


def choose_role(t: Translator, name: str, customer_id: int) -> Screen:
    """The roles, one of which the person may be proposed for."""
    buttons = choices([(role_name(t, role), f"role:{customer_id}:{role.value}") for role in Role], per_row=2)
    return Screen(t("operator.choose_role", name=name), buttons)


def ask_accounts(t: Translator, name: str, customer_id: int, role: str) -> Screen:
    """Ask which other accounts somebody has who is to have a role."""
    return _accounts(t, t("operator.ask_accounts", name=name), customer_id, role)


def accounts_unknown(t: Translator, unknown: Sequence[str], customer_id: int, role: str) -> Screen:
    """Say who is not found, and ask for all of them again."""
    return _accounts(t, t("operator.accounts_unknown", names=t.listed(unknown)), customer_id, role)


def _accounts(t: Translator, text: Html, customer_id: int, role: str) -> Screen:
    none = Button(t("operator.no_accounts"), f"roleonly:{customer_id}:{role}")
    return Screen(text, ((none,), desk_row(t)))


def ask_why_taken(t: Translator, name: str, role: str) -> Screen:
    """Ask why a role is taken from somebody."""
    return Screen(t("operator.ask_why_taken", name=name, role=role_name(t, role)), (desk_row(t),))


def take_card(t: Translator, name: str, params: TakeRole) -> Html:
    """Whose role would be taken, and why."""
    return t("operator.take_card", name=name, role=role_name(t, params.role), why=params.why)


def taken(t: Translator, params: TakeRole, result: Nothing) -> Screen:
    """The role is gone."""
    return Screen(t("operator.role_taken", role=role_name(t, params.role)), (desk_row(t),))
