"""How well questions are recognised: patterns that were held back are asked of a model that never saw them.

Beside it stands the plainest version: the pattern that shares most of its words with the text. Figures are those of the
goals: helped (right, or among three that are asked back), right at once, wrong although sure, cards for no such wish.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, cast
from unittest.mock import patch

from benchmarks.figures import Json, percentile
from handlers.chat.meaning import ASK, WHICH_TOPIC, as_said, meaning_of
from handlers.locales import codes
from handlers.phrases import asking
from handlers.phrases.frames import MONEY_INTENTS, Intent
from handlers.phrases.topics.features import n_grams
from handlers.phrases.topics.model import TopicModel, pack, topic_model
from handlers.phrases.topics.sources import COMMAND, OUT_OF_SCOPE, Pattern, Phrase, patterns, phrases
from handlers.phrases.topics.training import PHRASED, Settings, drawn, fitted, others, parted
from handlers.phrases.understand import understand
from handlers.phrases.understanding import SURE, Understanding

ASKED: Final = 2
"""Phrases drawn of each pattern that was held back."""


def measured(also: Path | None = None) -> Json:
    """Return the figures by language, of the chain and of the nearest pattern; and the time of a line."""
    kept, back = parted(patterns())
    settings = Settings()
    more = [*PHRASED * [*phrases()], *(others(also) if also is not None else ())]
    said = [*drawn(kept, settings.drawn), *more]
    model = TopicModel(pack(fitted(said, settings, topic_model().temperature)))
    asked = drawn(back, ASKED)
    plain = _nearest(kept)
    with patch.object(asking, "topic_model", lambda: model):
        seconds = _seconds(asked)
        return {
            "model": {language: _figures(asked, language, understand) for language in codes()},
            "in the chat": {language: _figures(asked, language, _in_the_chat) for language in codes()},
            "nearest pattern": {language: _figures(asked, language, plain) for language in codes()},
            "milliseconds": {f"p{cut}": round(1000 * percentile(seconds, cut), 2) for cut in (50, 95)},
        }


def _figures(asked: Iterable[Phrase], language: str, read: Callable[[str], Understanding]) -> Json:
    """Return shares in percent, and how many cards opened that nobody asked for."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase in asked:
        if phrase.language == language:
            counts[_kind(phrase.label)].update(["all", *_marks(phrase.label, read(phrase.text))])
    topics, talk, commands = counts["topic"], counts["talk"], counts["command"]
    return {
        "asked": topics["all"],
        **{name: _percent(topics, name) for name in ("helped", "first", "wrong although sure")},
        "cards": topics["card"] + talk["card"],
        "talk answered": _percent(talk, "answered"),
        "talk asked back": _percent(talk, "asked back"),
        "commands": _percent(commands, "first"),
    }


def _kind(label: str) -> str:
    return "command" if label.startswith(COMMAND) else "talk" if label == OUT_OF_SCOPE else "topic"


def _marks(label: str, heard: Understanding) -> Iterable[str]:
    is_right = label in (heard.topic, f"{COMMAND}{heard.intent}", heard.intent)
    says_something = heard.intent != OUT_OF_SCOPE
    yield from ["first"] * is_right
    yield from ["helped"] * (is_right or (not heard.sure and label in heard.topics))
    yield from ["wrong although sure"] * (not is_right and heard.sure and says_something)
    yield from ["card"] * (heard.sure and heard.intent in MONEY_INTENTS)
    yield from ["answered" if heard.sure else "asked back"] * says_something


def _percent(counts: Counter[str], name: str) -> float:
    return round(100 * counts[name] / max(counts["all"], 1), 1)


def _nearest(kept: Sequence[Pattern]) -> Callable[[str], Understanding]:
    """Return what takes a text for the label of the phrase with which it shares most of its n-grams (Jaccard)."""
    known = [(phrase.label, frozenset(n_grams(phrase.text))) for phrase in drawn(kept, ASKED)]
    holding: dict[str, list[int]] = defaultdict(list)
    for place, (_, said) in enumerate(known):
        for n_gram in said:
            holding[n_gram].append(place)

    def read(text: str) -> Understanding:
        own = frozenset(n_grams(text))
        shared = Counter(place for n_gram in own for place in holding.get(n_gram, ()))
        alike: dict[str, float] = defaultdict(float)
        for place, both in shared.items():
            label, other = known[place]
            alike[label] = max(alike[label], both / (len(own) + len(other) - both))
        best = sorted(alike, key=lambda label: -alike[label])[:3]
        if not best or best[0].startswith(COMMAND) or best[0] == OUT_OF_SCOPE:
            label = best[0].removeprefix(COMMAND) if best else OUT_OF_SCOPE
            return Understanding(cast("Intent", label))
        return Understanding("ask", confidence=SURE if alike[best[0]] >= 0.5 else 0.5, topics=tuple(best))  # noqa: PLR2004 -- half of it

    return read


def _in_the_chat(text: str) -> Understanding:
    """Return what the chat makes of a text: its lines read commands that the grammar has no frames for."""
    said = as_said(text)
    intent = meaning_of(said, None).intent
    return said.understood if intent in (ASK, WHICH_TOPIC) else replace(said.understood, intent=cast("Intent", intent))


def _seconds(asked: Sequence[Phrase]) -> list[float]:
    taken = []
    for phrase in asked:
        began = time.thread_time()
        understand(phrase.text)
        taken.append(time.thread_time() - began)
    return sorted(taken)


def table(result: Json) -> str:
    """Return the figures as lines."""
    lines = [
        f"  {way:<16}{language:<4}" + "  ".join(f"{name} {value}" for name, value in figures.items())
        for way in ("model", "in the chat", "nearest pattern")
        for language, figures in result[way].items()
    ]
    times = "  ".join(f"{cut} {value} ms" for cut, value in result["milliseconds"].items())
    return "\n".join([*lines, f"  a line           {times}"])
