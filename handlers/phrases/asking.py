"""Is it a question, and about what? The forms of questions by their words, topics by the model that was learnt.

A word that asks for a fact ("why", 多少) makes any sentence a question. Asking for leave ("can I …", …吗) does where no
sum is said: "can I borrow 1,500" is a wish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers.phrases.topics.model import Guess, topic_model
from handlers.phrases.topics.sources import COMMAND, OUT_OF_SCOPE
from handlers.phrases.words import Words

MOST_TOPICS: Final = 3
"""Topics that are named: what is asked back has as many buttons."""

READINGS: Final = frozenset(
    {"balance", "owe", "history", "statement", "settings", "help", "circle", "cancel", "promise", "hardship"}
)
"""Commands whose screen moves nothing: a question may be answered by them. The others are acts."""

_FACTS: Final = Words("asking", "facts")
_WRONG_SUM: Final = Words("asking", "wrong_sum")
_STOP_ME: Final = Words("asking", "stop_me")
_LEAVE: Final = Words("asking", "leave")


def asks_for_a_fact(folded: str, but_within: tuple[int, int] | None = None) -> bool:
    """Say whether a word of a folded text asks for a fact, outside of the span `but_within` (a note)."""
    start, end = but_within or (0, 0)
    return any(not start <= found.start() < end for found in _FACTS.finditer(folded))


def tells_of_a_wrong_sum(folded: str, but_within: tuple[int, int] | None = None) -> bool:
    """Say whether a folded text tells that less came, or more went, than was meant, outside of the span of a note."""
    start, end = but_within or (0, 0)
    return any(not start <= found.start() < end for found in _WRONG_SUM.finditer(folded))


def asks_to_be_stopped(folded: str) -> bool:
    """Say whether a folded text asks that its writer be lent nothing: "don't let me borrow any more"."""
    return _STOP_ME.search(folded) is not None


def asks_for_leave(folded: str) -> bool:
    """Say whether a folded text has the form of a question that a yes answers: "can I …", 可以…吗."""
    return _LEAVE.search(folded) is not None


@dataclass(frozen=True, slots=True)
class Topics:
    """What the model makes of a text: topics, the likeliest first, and how likely commands and everyday talk are."""

    topics: tuple[Guess, ...]
    commands: tuple[Guess, ...]
    outside: float

    @property
    def best(self) -> Guess:
        """The likeliest topic."""
        return self.topics[0]

    @property
    def acts(self) -> float:
        """How likely it is that something is to be done: any command that moves money, or opens what does."""
        return sum(guess.probability for guess in self.commands if guess.label not in READINGS)

    @property
    def screen(self) -> Guess:
        """The likeliest command that only shows something."""
        return max((guess for guess in self.commands if guess.label in READINGS), key=lambda guess: guess.probability)

    def of_command(self, intent: str) -> float:
        """Return how likely the command of an intent is."""
        return next((guess.probability for guess in self.commands if guess.label == intent), 0.0)

    def names(self) -> tuple[str, ...]:
        """Return the names of the likeliest topics, as many as are shown."""
        return tuple(guess.label for guess in self.topics[:MOST_TOPICS])

    def of_a_question(self) -> Topics:
        """Return the same where it is known that nothing is to be done: the rest shares the probability of acts."""
        rest = max(1 - self.acts, 1e-9)
        readings = [guess for guess in self.commands if guess.label in READINGS]
        return Topics(_scaled(self.topics, rest), _scaled(readings, rest), self.outside / rest)


def topics_of(text: str) -> Topics:
    """Return what the topic model makes of a text."""
    ranked = topic_model().ranked(text)
    commands = [guess for guess in ranked if guess.label.startswith(COMMAND)]
    return Topics(
        tuple(guess for guess in ranked if not guess.label.startswith(COMMAND) and guess.label != OUT_OF_SCOPE),
        tuple(Guess(guess.label.removeprefix(COMMAND), guess.probability) for guess in commands),
        next(guess.probability for guess in ranked if guess.label == OUT_OF_SCOPE),
    )


def _scaled(guesses: Sequence[Guess], whole: float) -> tuple[Guess, ...]:
    return tuple(Guess(guess.label, guess.probability / whole) for guess in guesses)
