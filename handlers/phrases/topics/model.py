"""The learnt model: how near a text is to each label. Plain Python: a sentence has some 200 n-grams.

The file holds one line of JSON (labels, their biases, scales, what it was made from), then packed: for each bucket how
many labels it speaks for, its rarity, and for each of those the label and a weight, each of a byte of few values.
"""

from __future__ import annotations

import json
import lzma
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from handlers.phrases.topics.features import BUCKETS, bucket, n_grams

FILE: Final = Path(__file__).with_name("model.bin")

WEIGHT_STEP: Final = 0.5
"""Weights are kept in whole steps: twice as many then fit into the file, which is worth more than their exactness."""

RARITY_STEPS: Final = 15

_PACKING: Final = ({"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "pb": 0},)

Terms = Mapping[int, float]
"""How much each bucket counts in a text; the squares add up to 1."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A label, and how likely it is the right one (0 to 1, calibrated on patterns that were held back)."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Weights:
    """What is learnt: of each bucket its rarity (idf, 0 where it was never met), and its weights by label."""

    labels: tuple[str, ...]
    biases: tuple[float, ...]
    rarities: Sequence[float]
    by_bucket: Mapping[int, Mapping[int, float]]
    temperature: float
    made_from: Mapping[str, str]


class TopicModel:
    """A model read from its file. `made_from` says which sources it was learnt from, by their hashes."""

    def __init__(self, packed: bytes) -> None:
        head, _, body = packed.partition(b"\n")
        self._head: dict[str, Any] = json.loads(head)
        self.labels: tuple[str, ...] = tuple(self._head["labels"])
        self.made_from: Mapping[str, str] = self._head["made_from"]
        self.temperature: float = self._head["temperature"]
        body = lzma.decompress(body, lzma.FORMAT_RAW, filters=_PACKING)
        counts, self._rarities, rest = body[:BUCKETS], body[BUCKETS : 2 * BUCKETS], body[2 * BUCKETS :]
        self._begins = array("I", accumulate(counts, initial=0))
        entries = self._begins[-1]
        self._which = rest[:entries]
        self._weights = array("b", rest[entries:])

    def ranked(self, text: str) -> list[Guess]:
        """Return all labels, the likeliest first; their probabilities add up to 1."""
        return self.ranked_of(self.terms(Counter(map(bucket, n_grams(text)))))

    def ranked_of(self, terms: Terms) -> list[Guess]:
        """Return all labels for the terms of a text, the likeliest first."""
        likely = _softmax(self.totals(terms), self._head["temperature"])
        guesses = map(Guess, self.labels, likely)
        return sorted(guesses, key=lambda guess: -guess.probability)

    def known(self, text: str) -> float:
        """Return which part of a text's n-grams, by their rarity, was ever met in a pattern or a phrase (0 to 1)."""
        counts = Counter(map(bucket, n_grams(text)))
        terms = self.terms(counts)
        return sum(part * part for place, part in terms.items() if self._rarities[place])

    def terms(self, counts: Mapping[int, int]) -> dict[int, float]:
        """Return how much each bucket counts in a text: (1 + ln of how often it occurs) · its rarity, of length 1."""
        unit, unseen, rarities = self._head["rarity_unit"], self._head["rarity_unseen"], self._rarities
        raw = {
            place: (1 + math.log(count)) * (rarities[place] * unit if rarities[place] else unseen)
            for place, count in counts.items()
        }
        length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {place: value / length for place, value in raw.items()}

    def speaks_for(self, text: str, label: str) -> list[tuple[str, float]]:
        """Return the n-grams of a text that speak for a label, the strongest first, each with its part of the score."""
        wanted = self.labels.index(label)
        spoken = list(dict.fromkeys(n_grams(text)))
        terms = self.terms(Counter(map(bucket, n_grams(text))))
        parts = [(n_gram, terms[bucket(n_gram)] * self._weight(bucket(n_gram), wanted)) for n_gram in spoken]
        return sorted((part for part in parts if part[1] > 0), key=lambda part: -part[1])

    def _weight(self, place: int, wanted: int) -> float:
        begin, end = self._begins[place], self._begins[place + 1]
        found = self._which.find(wanted, begin, end)
        return float(self._weights[found]) * self._head["weight_unit"] if found >= 0 else 0.0

    def totals(self, terms: Terms) -> list[float]:
        """Return the scores of all labels for the terms of a text, before they are probabilities."""
        totals = [0.0] * len(self.labels)
        begins, which, weights = self._begins, self._which, self._weights
        for place, part in terms.items():
            begin, end = begins[place], begins[place + 1]
            for label, weight in zip(which[begin:end], weights[begin:end], strict=True):
                totals[label] += part * weight
        unit = self._head["weight_unit"]
        return [bias + unit * total for bias, total in zip(self._head["biases"], totals, strict=True)]


@cache
def topic_model() -> TopicModel:
    """Return the model that is committed, read once, when the first text needs it."""
    return TopicModel(FILE.read_bytes())


def pack(weights: Weights) -> bytes:
    """Return the file of what was learnt: rarities in steps of which 15 reach the largest, weights in steps of 0.5."""
    rarity_unit = max(weights.rarities) / RARITY_STEPS
    counts, which, steps = bytearray(BUCKETS), bytearray(), array("b")
    for place in sorted(weights.by_bucket):
        row = {label: _step(weight) for label, weight in sorted(weights.by_bucket[place].items())}
        row = {label: step for label, step in row.items() if step}
        counts[place] = len(row)
        which += bytes(row)
        steps.extend(row.values())
    rarities = bytes(max(round(rarity / rarity_unit), 1) if rarity else 0 for rarity in weights.rarities)
    head = {
        "labels": weights.labels,
        "biases": _rounded(weights.biases),
        "temperature": round(weights.temperature, 4),
        "rarity_unit": rarity_unit,
        "rarity_unseen": max(weights.rarities),
        "weight_unit": WEIGHT_STEP,
        "made_from": dict(weights.made_from),
    }
    body = lzma.compress(bytes(counts) + rarities + bytes(which) + steps.tobytes(), lzma.FORMAT_RAW, filters=_PACKING)
    return json.dumps(head).encode() + b"\n" + body


def _step(weight: float) -> int:
    return max(-127, min(127, round(weight / WEIGHT_STEP)))


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(value, 4) for value in values]


def _softmax(totals: Sequence[float], temperature: float) -> list[float]:
    top = max(totals)
    raised = [math.exp((total - top) / temperature) for total in totals]
    whole = sum(raised)
    return [each / whole for each in raised]
