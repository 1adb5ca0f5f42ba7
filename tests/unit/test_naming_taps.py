"""Buttons that name something by its token: each line says which, and what guesses at them is counted everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Final

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject

from handlers import lines
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.lines import vocabulary

NAME_NOTHING: Final = {
    *("packetkind", "packetwhom", "packetto", "packetnames", "splitturn", "causeturn", "delay", "sendfrom"),
    *("unblock", "allwaits"),
    *("circlelist", "joinset", "joinstand", "joinask", "loandebit", "loandraft"),
}
"""Buttons of a card with Confirm carry the card's token; the others open what is the person's own."""


def _routers() -> Iterator[Router]:
    for line in lines.LINES:
        yield from import_module(line.routers).ROUTERS


def _verbs(router: Router) -> set[str]:
    handlers: list[HandlerObject] = router.callback_query.handlers
    return {one.callback.verb for each in handlers for one in each.filters or () if isinstance(one.callback, Tap)}


def _is_counted(router: Router) -> bool:
    return any(isinstance(each, CountsMisses) for each in router.callback_query.middleware)


def test_each_button_that_names_something_is_counted_where_it_is_answered() -> None:
    counted = set().union(*(_verbs(router) for router in _routers() if _is_counted(router)))
    assert counted - NAME_NOTHING == vocabulary().naming_taps
