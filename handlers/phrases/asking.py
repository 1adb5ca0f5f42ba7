"""Is it a question, and about what? The forms of questions by their words, topics by the model that was learnt.

A word that asks for a fact ("why", 多少) makes any sentence a question. Asking for leave ("can I …", …吗) does where no
sum is said: "can I borrow 1,500" is a wish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers.phrases.topics.features import n_grams
from handlers.phrases.topics.model import Guess, topic_model
from handlers.phrases.topics.sources import COMMAND, OUT_OF_SCOPE
from handlers.phrases.words import Words

MOST_TOPICS: Final = 3
"""Topics that are named: what is asked back has as many buttons."""

LIKELY: Final = 0.5
"""From here on a label of the topic model stands against what the frames say."""

DOUBTFUL: Final = 0.35
"""Below this no topic stands against what the frames say."""

UNLIKELY: Final = 0.1
"""Below this the topic model does not take a text for the command that its frames and its sum make of it."""

_SURELY_NO_ACT: Final = 0.2
"""Below this a sum alone makes no act of a text that a topic, or everyday talk, is likely for."""

_LESS: Final = 3
"""How many times likelier at least is what else a text with a sum is taken for."""

_ASKED_ABOUT: Final = 0.3
"""From here on a topic may be what a text with a sum is about, where hardly anything speaks for an act."""

_FAR: Final = 5
"""How many times likelier that topic is than any act."""

EMERGENCIES: Final = ("phone.lost", "fraud.unrecognised")
"""Topics that are answered as soon as they are likely: better a lock too many than a button to be found first."""

_OF_MONEY: Final = ("repay.", "wallet.", "limits.", "loan.limit", "privacy.", "send.", "income.")
"""Topics that ask how somebody's money stands."""

_GIVEN_UP: Final = ("send.cancel", "loan.cancel", "loan.opt_out")
"""Topics that sound as a wish that is given up does."""

READINGS: Final = frozenset(
    {"balance", "owe", "history", "statement", "settings", "help", "circle", "cancel", "promise", "hardship"}
)
"""Commands whose screen moves nothing: a question may be answered by them. The others are acts."""

_FACTS: Final = Words("asking", "facts")
_WRONG_SUM: Final = Words("asking", "wrong_sum")
_PAST: Final = Words("asking", "past")
_DENIES: Final = Words("asking", "denies")
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


def denies(folded: str) -> bool:
    """Say whether a folded text says of a payment that its writer knows nothing of it, wherever it says so."""
    return _DENIES.search(folded) is not None


def tells_of_the_past(folded: str, but_within: tuple[int, int] | None = None) -> bool:
    """Say whether a folded text tells what was done already, outside of the span of a note: that is no wish."""
    start, end = but_within or (0, 0)
    return any(not start <= found.start() < end for found in _PAST.finditer(folded))


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

    def but_for(self, intent: str) -> Topics:
        """Return the same where it is known to be no wish for an intent: the rest shares its probability."""
        rest = max(1 - self.of_command(intent), 1e-9)
        others = [guess for guess in self.commands if guess.label != intent]
        return Topics(_scaled(self.topics, rest), _scaled(others, rest), self.outside / rest)

    def of_a_question(self) -> Topics:
        """Return the same where it is known that nothing is to be done: the rest shares the probability of acts."""
        rest = max(1 - self.acts, 1e-9)
        readings = [guess for guess in self.commands if guess.label in READINGS]
        return Topics(_scaled(self.topics, rest), _scaled(readings, rest), self.outside / rest)


def tells(topics: Topics, act: float, against: float, *, is_plain: bool, is_exact: bool) -> bool:
    """Say whether a text that names a sum or a person asks or tells of something rather than wants it done.

    Args:
        act: how likely it is that something is to be done, 0 to 1.
        against: from where on something else stands against what the frames say.
        is_plain: whether every word of it is known, or it says a term.
        is_exact: whether it says one sum, and has no form of a question.
    """
    best = topics.best.probability
    other = best if is_plain else max(best, topics.outside)
    if other >= against and act < max(_SURELY_NO_ACT, other / _LESS):
        return True
    return (
        (best >= _ASKED_ABOUT and act < best / _FAR)
        or (not is_plain and act < UNLIKELY)
        or (not is_exact and act < max(best, _SURELY_NO_ACT))
    )


def may_be_of_anybody(topics: Topics) -> bool:
    """Say whether a text that names somebody else may be about their money: no topic of something else is likely."""
    best = topics.best
    return best.probability < LIKELY or best.label.startswith(_OF_MONEY)


def takes_back(topics: Topics, sure: float, *, says_more: bool) -> bool:
    """Say whether what the frames take for a cancel is none of the topics, nor talk, or is about taking a send back.

    `says_more`: it is longer than who just wants something stopped would write.
    """
    best, taken = topics.best, topics.of_command("cancel")
    is_told = taken < UNLIKELY and best.probability > _FAR * taken
    if is_told and (says_more or best.label not in _GIVEN_UP):
        return False
    against = sure if best.label in _GIVEN_UP else max(LIKELY, taken)
    return best.probability < against and best.label not in EMERGENCIES and not is_talk(topics, taken)


def is_talk(topics: Topics, taken: float) -> bool:
    """Say whether a text is everyday talk, twice as likely as what the frames, whose words are few, take it for."""
    return topics.outside >= LIKELY and taken < topics.outside / 2


def topics_of(text: str) -> Topics:
    """Return what the topic model makes of a text; of one that is nothing but politeness, that nothing is likely."""
    ranked = topic_model().ranked(text)
    if next(n_grams(text), None) is None:
        ranked = [Guess(guess.label, 0.0) for guess in ranked]
    commands = [guess for guess in ranked if guess.label.startswith(COMMAND)]
    return Topics(
        tuple(guess for guess in ranked if not guess.label.startswith(COMMAND) and guess.label != OUT_OF_SCOPE),
        tuple(Guess(guess.label.removeprefix(COMMAND), guess.probability) for guess in commands),
        next(guess.probability for guess in ranked if guess.label == OUT_OF_SCOPE),
    )


def _scaled(guesses: Sequence[Guess], whole: float) -> tuple[Guess, ...]:
    return tuple(Guess(guess.label, guess.probability / whole) for guess in guesses)
