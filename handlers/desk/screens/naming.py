"""What things at the desk are called: actions, states, roles, subjects, and why the service froze an account."""

from __future__ import annotations

from collections.abc import Sequence

from finance_core.account.notifications import FrozenBy
from handlers.locales import Html, Translator


def why_frozen(t: Translator, because: str) -> Html:
    """Return why an account is frozen: in our words where the service froze it by itself, else as it was written."""
    return t(f"people.froze_{because}") if because in tuple(FrozenBy) else t.shown(because)


def roles_named(t: Translator, roles: Sequence[str]) -> Html:
    """Return what roles are called, in a row."""
    return Html(t.listed(role_name(t, role) for role in roles))


def role_name(t: Translator, role: str) -> Html:
    """Return what a role is called."""
    return t(f"operator.role_{role}")


def action_name(t: Translator, action: str) -> Html:
    """Return what an action is called: `loan.write_off` is "Write off"."""
    return t(f"operator.action_{action.replace('.', '_')}")


def state_name(t: Translator, state: str) -> Html:
    """Return where a proposal stands, in words."""
    return t(f"operator.state_{state}")


def subject_name(t: Translator, subject: str) -> Html:
    """Return what something is done to: `loan:5` is "loan 5"."""
    kind, _, number = subject.partition(":")
    return t(f"operator.subject_{kind}", number=number)
