"""A correction of the open card: "no wait, 200", "make it 12 months", "sorry, to @chidi", 改成12期.

It is read with what the card was asked for; the card is given up, drawn anew in its place, and says what has changed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from finance_core import intents
from handlers.chat import open_cards
from handlers.chat.answers import joined
from handlers.chat.meaning import ASK, LATER, OUT_OF_SCOPE, UNSURE, WHICH_TOPIC, Meaning, meaning_of
from handlers.chat.mentions import as_written
from handlers.chat.pieces import slots_of
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import lines
from handlers.chat.talk import Change, Talk
from handlers.phrases.payees import corrects
from handlers.phrases.said import Said
from handlers.phrases.tokens import tokenise

_NAMED: Final = ("amount", "count", "payee", "note", "fund")
"""The slots whose change a card says, as people name them; its unit goes with a count, a currency with a sum."""
_TERM: Final = frozenset({"count", "unit"})
_UNREAD: Final = (OUT_OF_SCOPE, UNSURE, WHICH_TOPIC)
"""What a text is that is no sentence by itself: "12 months", "no wait, 200"."""
_NOT_KEPT: Final = frozenset({LATER, "hint"})


async def correction_of(talk: Talk, text: Said, counted: Meaning | None) -> tuple[Meaning, tuple[Change, ...]] | None:
    """Return what the open card is to offer instead, with what has changed; None where a text corrects none.

    The card is given up then, and what is shown next takes its place.

    Args:
        counted: what the card's button means that a written count ("12", "make it 12", 改成12期) stands for.
    """
    offered = open_cards.offered_in(await talk.state.get_data())
    if offered is None or offered.said is None or talk.anchored is None or await talk.state.get_state() is not None:
        return None
    meaning = _by_count(counted, *offered.said) if counted is not None else corrected(text, *offered.said)
    if meaning is None:
        return None
    card = await open_cards.of_this_talk(talk)
    intent = await open_cards.standing(talk.unit, offered, talk.customer.id)
    if intent is None or intent.state != intents.IntentState.OPEN or talk.unit.now >= intent.expires_at:
        return None
    await intents.cancel(talk.unit, intent)
    talk.turn_to(card)
    return meaning, changes(offered.said[1], meaning.slots)


def corrected(text: Said, act: str, known: Slots) -> Meaning | None:
    """Return the act with what a text says of it in the place of what was known; None where it corrects nothing."""
    intent = text.grammar.commands.get(act)
    if intent is None or text.text.startswith("/") or text.has_form_of_a_question:
        return None
    understood = text.filled(intent)
    complaint = text.complaint_about(understood)
    said = slots_of(understood, complaint)
    if not said and complaint is None:
        return None
    takes_back = corrects(tokenise(text.folded, text.language))
    names_one_thing = said.keys() <= _TERM or (said.keys() == {"payee"} and said["payee"].startswith("@"))
    if not (takes_back or (names_one_thing and complaint is None)):
        return None
    if meaning_of(text, None).intent not in (*_UNREAD, *((act, ASK) if takes_back else ())):
        return None
    kept = {name: value for name, value in known.items() if name not in _NOT_KEPT}
    if "amount" in said or complaint is not None:
        kept.pop("all", None)
    if complaint is not None:
        kept.pop("amount", None)
    slots = joined(kept, said)
    return Meaning(act, slots, complaint=complaint) if complaint is not None or changes(known, slots) else None


def _by_count(counted: Meaning, act: str, known: Slots) -> Meaning | None:
    """Return the act with the count of a button; None where the button is another act's, or the count is as before."""
    slots = joined(known, counted.slots)
    return Meaning(act, slots) if counted.intent == act and changes(known, slots) else None


def changes(before: Slots, now: Slots) -> tuple[Change, ...]:
    """Return what is said otherwise now, in the order in which a card says it."""
    return tuple(
        Change(name, before.get(name), now[name]) for name in _NAMED if name in now and now[name] != before.get(name)
    )


def marked(talk: Talk, changed: tuple[Change, ...], screen: Screen) -> Screen:
    """Put what has changed above a card."""
    told = [talk.t(f"corrections.{each.slot}", change=as_written(talk, _told(each))) for each in changed]
    return replace(screen, text=lines(*told, "", screen.text)) if told else screen


def _told(change: Change) -> str:
    """Return "20 → 30"; what was not said before (the card took the usual) is told as it is now."""
    return change.now if change.before is None else f"{change.before} → {change.now}"
