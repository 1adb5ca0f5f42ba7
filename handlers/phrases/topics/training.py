"""Learns the topic model: phrases are drawn from the patterns, and a multinomial logistic regression is fitted to them.

A tool of development: SciPy is loaded here and nowhere else, and what it learns is committed (`model.bin`).
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from handlers.locales.languages import LANGUAGES
from handlers.phrases.topics.features import BUCKETS, bucket, n_grams
from handlers.phrases.topics.model import TopicModel, Weights, pack
from handlers.phrases.topics.sampling import draw
from handlers.phrases.topics.sources import (
    OUT_OF_SCOPE,
    Pattern,
    Phrase,
    dress_of,
    hash_of_sources,
    patterns,
    phrases,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

SEED: Final = 20
DRAWN: Final = 14
"""Phrases drawn from each pattern."""

PHRASED: Final = 7
"""How many times a phrase that somebody wrote counts as much as one that is drawn."""

HELD_BACK: Final = 6
"""One pattern in so many is held back to find out how sure one may be."""

PENALTY: Final = 1e-6
ROUNDS: Final = 5
STEP: Final = 0.6
BATCH: Final = 1000
LEFT_OUT: Final = 0.4
"""The share of n-grams that each batch is learnt without: people say other words than the patterns."""

MOST_WEIGHTS: Final = 360_000
"""So many weights are kept, the largest: as many as half a megabyte holds."""

DOUBT: Final = 1.3
"""How many times more doubtful one must be than held-back patterns say: people say it in more ways than any pattern."""

FEWEST_PHRASES: Final = 3
"""Phrases in which an n-gram must occur."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What fitting can be varied by."""

    drawn: int = DRAWN
    rounds: int = ROUNDS
    step: float = STEP
    penalty: float = PENALTY
    left_out: float = LEFT_OUT
    most_weights: int = MOST_WEIGHTS


def trained(also: Path | None = None, settings: Settings | None = None) -> bytes:
    """Return the packed model of all patterns, phrases and the file `also`, its temperature from held-back patterns."""
    chosen = settings or Settings()
    kept, back = parted(patterns())
    more = [*PHRASED * [*phrases()], *(others(also) if also is not None else ())]
    temperature = temperature_of(
        TopicModel(pack(fitted([*drawn(kept, chosen.drawn // 2), *more], chosen))), drawn(back, 3)
    )
    made_from = {"sources": hash_of_sources()} | ({also.name: _hash(also)} if also is not None else {})
    return pack(fitted([*drawn(patterns(), chosen.drawn), *more], chosen, DOUBT * temperature, made_from))


def parted(whole: Sequence[Pattern], every: int = HELD_BACK) -> tuple[list[Pattern], list[Pattern]]:
    """Return patterns in two parts: those to learn from, and of each label and language one in `every` to try."""
    seen: Counter[tuple[str, str]] = Counter()
    kept: list[Pattern] = []
    back: list[Pattern] = []
    for pattern in whole:
        key = (pattern.label, pattern.language)
        seen[key] += 1
        (back if seen[key] % every == every // 2 else kept).append(pattern)
    return kept, back


def drawn(some: Iterable[Pattern], count: int) -> list[Phrase]:
    """Return `count` phrases of each pattern, the same ones each time: the chance of a pattern is its own.

    Of everyday talk twice as many: it is about anything, and never begins with the name of a loan.
    """
    dresses = {language.code: dress_of(language) for language in LANGUAGES}
    plain = {code: replace(dress, named_first=0.0) for code, dress in dresses.items()}
    return [
        Phrase(pattern.label, pattern.language, text)
        for pattern in some
        for is_talk in (pattern.label == OUT_OF_SCOPE,)
        for text in draw(
            pattern.text,
            count * (1 + is_talk),
            (plain if is_talk else dresses)[pattern.language],
            _chance(pattern.label, pattern.text),
        )
    ]


def _chance(*of: str) -> Random:
    return Random(" ".join((str(SEED), *of)))  # noqa: S311 -- the same phrases each time are what is wanted


def others(file: Path) -> list[Phrase]:
    """Return the phrases of another collection (`also.toml` says of which topic), at most so many of a category."""
    table = tomllib.loads(Path(__file__).with_name("also.toml").read_text("utf-8"))
    with file.open(encoding="utf-8", newline="") as rows:
        found = [
            (row["text"], row["category"]) for row in csv.DictReader(rows) if row["category"] in table["categories"]
        ]
    _chance(file.name).shuffle(found)
    taken: Counter[str] = Counter()
    said: list[Phrase] = []
    for text, category in found:
        taken[category] += 1
        if taken[category] <= table["most_of_a_category"]:
            said.append(Phrase(table["categories"][category], table["language"], text))
    return said


def fitted(
    said: Sequence[Phrase], settings: Settings, temperature: float = 1.0, made_from: dict[str, str] | None = None
) -> Weights:
    """Return the weights that tell the labels of the phrases apart best."""
    import numpy as np

    labels = sorted({phrase.label for phrase in said})
    counted, places = _counted(said)
    rarity = np.log((1 + counted.shape[0]) / (1 + np.diff(counted.tocsc().indptr))) + 1
    wanted = np.array([labels.index(phrase.label) for phrase in said])
    weights, biases = _regression(_scaled(counted, rarity), wanted, settings)
    rarities = np.zeros(BUCKETS)
    rarities[places] = rarity
    return Weights(
        labels=tuple(labels),
        biases=tuple(map(float, biases)),
        rarities=rarities.tolist(),
        by_bucket=_by_bucket(weights, places, settings.most_weights),
        temperature=temperature,
        made_from=made_from or {},
    )


def _regression(
    rows: csr_matrix, wanted: NDArray[np.int64], settings: Settings
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the weights (a row for each column of `rows`, by label) and biases of a multinomial logistic regression.

    It is fitted by AdaGrad over small batches, which is there in a few rounds where L-BFGS takes sixty.
    """
    import numpy as np

    labels = int(wanted.max()) + 1
    weights, biases = np.zeros((rows.shape[1], labels), np.float32), np.zeros(labels, np.float32)
    slopes, slopes_of_biases = np.full_like(weights, 1e-8), np.full_like(biases, 1e-8)
    importance = _weighed(wanted)
    chance = np.random.default_rng(SEED)
    for turn in range(settings.rounds):
        step = settings.step * (1 - turn / settings.rounds)
        order = chance.permutation(rows.shape[0])
        for begin in range(0, len(order), BATCH):
            chosen = order[begin : begin + BATCH]
            batch, right = rows[chosen], wanted[chosen]
            batch.data *= (chance.random(len(batch.data), np.float32) >= settings.left_out) / (1 - settings.left_out)
            wrong = _likely(batch @ weights + biases)
            wrong[np.arange(len(chosen)), right] -= 1
            wrong *= importance[chosen, None] / len(chosen)
            slope = batch.T @ wrong
            slope += settings.penalty * weights
            slopes += slope * slope
            weights -= step * slope / np.sqrt(slopes)
            slope_of_biases = wrong.sum(axis=0)
            slopes_of_biases += slope_of_biases**2
            biases -= step * slope_of_biases / np.sqrt(slopes_of_biases)
    return weights, biases


def _likely(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return scores


def temperature_of(model: TopicModel, said: Sequence[Phrase]) -> float:
    """Return the temperature at which the model's probabilities fit best how often it is right."""
    import numpy as np

    known = [phrase for phrase in said if phrase.label in model.labels]
    scores = np.array([_scores(model, phrase.text) for phrase in known])
    wanted = np.array([model.labels.index(phrase.label) for phrase in known])
    tried = np.geomspace(0.2, 3, 60)
    losses = [_loss(scores / temperature, wanted) for temperature in tried]
    return float(tried[int(np.argmin(losses))])


def _scores(model: TopicModel, text: str) -> list[float]:
    return model.totals(model.terms(Counter(map(bucket, n_grams(text)))))


def _loss(scores: NDArray[np.float64], wanted: NDArray[np.int64]) -> float:
    import numpy as np
    from scipy.special import logsumexp

    return float(np.mean(logsumexp(scores, axis=1) - scores[np.arange(len(wanted)), wanted]))


def _counted(said: Sequence[Phrase]) -> tuple[csr_matrix, NDArray[np.int64]]:
    """Return 1 + ln of how often each n-gram occurs in each phrase, and the buckets of the columns."""
    import numpy as np
    from scipy.sparse import csr_matrix

    begins: list[int] = [0]
    columns: list[int] = []
    values: list[int] = []
    for phrase in said:
        counts = Counter(map(bucket, n_grams(phrase.text)))
        columns += counts.keys()
        values += counts.values()
        begins.append(len(columns))
    whole = csr_matrix((1 + np.log(values), columns, begins), shape=(len(said), BUCKETS))
    whole.sort_indices()
    places = np.flatnonzero(np.diff(whole.tocsc().indptr) >= FEWEST_PHRASES)
    return whole[:, places], places


def _scaled(counted: csr_matrix, rarity: NDArray[np.float64]) -> csr_matrix:
    """Return the rows weighed by rarity, each of length 1."""
    import numpy as np
    from scipy.sparse import diags

    weighed = counted @ diags(rarity)
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return (diags(1 / np.maximum(lengths, 1e-9)) @ weighed).tocsr().astype(np.float32)


def _weighed(wanted: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return weights between "each phrase counts the same" and "each label does"."""
    import numpy as np

    sizes = np.bincount(wanted)
    weights: NDArray[np.float32] = np.sqrt(sizes.mean() / sizes)[wanted].astype(np.float32)
    return weights


def _by_bucket(weights: NDArray[np.float32], places: NDArray[np.int64], most: int) -> dict[int, dict[int, float]]:
    import numpy as np

    sizes = np.abs(weights).ravel()
    smallest = float(np.partition(sizes, -most)[-most]) if most < sizes.size else 0.0
    return {
        int(place): {int(label): float(column[label]) for label in np.flatnonzero(np.abs(column) >= smallest)}
        for place, column in zip(places, weights, strict=True)
    }


def _hash(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
