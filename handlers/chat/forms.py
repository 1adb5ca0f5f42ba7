"""The form that is open: the screen that asks for something, kept to be shown again after a look elsewhere.

"What is my balance?", asked while "how much for Bo?" is open, is answered, and then the question is asked again where
it stood. What only shows how things stand is a look (`ChatIntent.look`); any other act takes the form's place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from aiogram.fsm.context import FSMContext

from handlers.chat.screens.base import Button, Screen

FORM: Final = "form"
"""The key of the conversation's data, and the name under which it is noted which message shows the form."""


async def remember(state: FSMContext, screen: Screen, message: int | None = None) -> None:
    """Keep what asks, and the message that shows it where that is known already.

    Its picture or file is not kept: the words and the buttons ask again.
    """
    kept = {
        "at": message,
        "text": _plain(screen.text),
        "buttons": [[_as_json(button) for button in row] for row in screen.buttons],
        "keyboard": [[_plain(label) for label in row] for row in screen.keyboard],
        "contact_label": _plain(screen.contact_label),
    }
    if (await state.get_data()).get(FORM) != kept:
        await state.update_data({FORM: kept})


async def forget(state: FSMContext) -> None:
    """Forget the form: nothing is asked any more."""
    data = await state.get_data()
    if data.pop(FORM, None) is not None:
        await state.set_data(data)


def form_in(data: Mapping[str, Any]) -> Screen | None:
    """Return the form that a conversation's data keeps, None when it keeps none."""
    kept = data.get(FORM)
    if kept is None:
        return None
    return Screen(
        kept["text"],
        buttons=tuple(tuple(Button(**button) for button in row) for row in kept["buttons"]),
        keyboard=tuple(tuple(row) for row in kept["keyboard"]),
        contact_label=kept["contact_label"],
    )


async def shown_at(state: FSMContext, anchored: Callable[[str], Awaitable[int | None]]) -> int | None:
    """Return the message that shows the open form, by the conversation's data or by where it ended up.

    None where no form is open, or the form has no buttons: nobody needs to know then.
    """
    kept = (await state.get_data()).get(FORM)
    if kept is None or not kept["buttons"]:
        return None
    at: int | None = kept["at"]
    return at if at is not None else await anchored(FORM)


def _as_json(button: Button) -> dict[str, str | None]:
    return {name: _plain(said) for name, said in asdict(button).items()}


def _plain(text: str | None) -> str | None:
    """Return a text as nothing but text: what the translator made is a class of its own, which JSON does not know."""
    return None if text is None else "".join(text)
