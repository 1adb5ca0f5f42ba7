"""What operators see: the desk, proposals with their figures before and after, a loan with what may be done to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.locales import Html, Translator
from handlers.screens.base import Button, Screen
from handlers.screens.cards import lines


def approval_waits(t: Translator, params: Mapping[str, Any]) -> Screen:
    """A proposal waits for whoever reads this."""
    return Screen(t("operator.waits", **_named(t, params)), (_open(t, params["approval"]),))


def approval_decided(t: Translator, params: Mapping[str, Any]) -> Screen:
    """What became of the reader's proposal, with the checker's word on it if there is one."""
    said = t("operator.decided", **_named(t, params), state=state_name(t, params["state"]))
    answer = t("operator.answer", answer=params["note"]) if params.get("note") else None
    return Screen(lines(said, answer), (_open(t, params["approval"]),))


def role_granted(t: Translator, params: Mapping[str, Any]) -> Screen:
    """Somebody was given a role."""
    return Screen(t("operator.role_granted", **_role_of(t, params)))


def role_revoked(t: Translator, params: Mapping[str, Any]) -> Screen:
    """A role was taken from somebody."""
    return Screen(t("operator.role_revoked", **_role_of(t, params)))


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


def _named(t: Translator, params: Mapping[str, Any]) -> dict[str, Html]:
    return {"action": action_name(t, params["action"]), "subject": subject_name(t, params["subject"])}


def _role_of(t: Translator, params: Mapping[str, Any]) -> dict[str, Html]:
    return {"subject": subject_name(t, params["subject"]), "role": role_name(t, params["role"])}


def _open(t: Translator, approval_id: int) -> tuple[Button, ...]:
    return (Button(t("operator.open_it"), f"proposal:{approval_id}"),)
