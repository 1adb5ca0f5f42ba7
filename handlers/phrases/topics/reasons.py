"""Why a text was taken for what it was: the n-grams that decided, and the pattern nearest to it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

from handlers.phrases.topics.features import n_grams
from handlers.phrases.topics.model import topic_model
from handlers.phrases.topics.sampling import SLOT, parsed, words_of
from handlers.phrases.topics.sources import Pattern, patterns

MOST_N_GRAMS: Final = 6


@dataclass(frozen=True, slots=True)
class Reason:
    """The n-grams that spoke for a label most, each with its part of the score, and a pattern of that label."""

    label: str
    n_grams: tuple[tuple[str, float], ...]
    pattern: Pattern | None


def reason_for(text: str, label: str) -> Reason:
    """Return why a text was taken for a label of the model."""
    spoken = topic_model().speaks_for(text, label)[:MOST_N_GRAMS]
    return Reason(label, tuple((n_gram, round(part, 2)) for n_gram, part in spoken), nearest(text, label))


def nearest(text: str, label: str) -> Pattern | None:
    """Return the pattern of a label that says most of what a text says, by its rarer n-grams; None when none does."""
    own = [pattern for pattern in patterns() if pattern.label == label]
    said = [frozenset(n_grams(SLOT.sub(" 0 ", words_of(parsed(pattern.text))))) for pattern in own]
    met = Counter(n_gram for each in said for n_gram in each)
    wanted = set(n_grams(text)) & met.keys()
    worth = {n_gram: math.log(1 + len(own) / met[n_gram]) for n_gram in wanted}
    scores = [sum(worth[n_gram] for n_gram in wanted & each) / math.sqrt(len(each) + 1) for each in said]
    best = max(range(len(own)), key=scores.__getitem__, default=None)
    return own[best] if best is not None and scores[best] > 0 else None
