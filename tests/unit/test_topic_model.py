"""The topic model: patterns say what they should, what is learnt of them is what is committed, and it reads at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from random import Random

import pytest

from handlers.locales.languages import LANGUAGES
from handlers.phrases.topics.features import n_grams
from handlers.phrases.topics.model import TopicModel, pack, topic_model
from handlers.phrases.topics.reasons import nearest, reason_for
from handlers.phrases.topics.sampling import BadPattern, Dress, draw, parsed
from handlers.phrases.topics.sources import OUT_OF_SCOPE, dress_of, hash_of_sources, patterns, phrases
from handlers.phrases.topics.training import Settings, drawn, fitted

BARE = Dress(slots={"sum": ["500"], "loan": ["loan"]})
SAMPLE = ("repay.early", "pin.forgotten", "fees.what", "phone.lost", "loan.why_declined", "withdraw.how", "shops.pay")


def test_a_pattern_says_each_of_its_branches() -> None:
    said = {
        phrase
        for seed in range(40)
        for phrase in draw("{why|how come} {was|is} it {so {very |}late|}", 4, BARE, Random(seed))
    }
    assert {"why was it so late", "how come is it", "why is it so very late"} <= said


def test_a_slot_is_filled_and_chinese_has_no_spaces() -> None:
    assert draw("借 <sum> 元 {可以|可以} 吗", 1, BARE, Random(1)) == ["借500元可以吗"]


@pytest.mark.parametrize("pattern", ["{a|b", "a}", "a|b", "<nothing>"])
def test_a_pattern_with_a_fault_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        draw(pattern, 1, BARE, Random(1))


def test_every_pattern_may_be_drawn_from() -> None:
    dresses = {language.code: dress_of(language) for language in LANGUAGES}
    for pattern in patterns():
        assert draw(pattern.text, 2, dresses[pattern.language], Random(1)), pattern


def test_no_pattern_is_written_twice_for_two_topics() -> None:
    twice = [
        text for text, count in Counter((pattern.language, pattern.text) for pattern in patterns()).items() if count > 1
    ]
    assert twice == []


def test_drawing_is_the_same_each_time() -> None:
    some = patterns()[:50]
    assert drawn(some, 3) == drawn(some, 3)


def test_numbers_and_loans_are_one_word_each_and_politeness_is_none() -> None:
    assert list(n_grams("请问闪电贷利息")) == list(n_grams("微粒贷利息，谢谢"))
    assert list(n_grams("borrow 3,000")) == list(n_grams("Please borrow 1200"))
    assert list(n_grams("為什麼還沒到賬")) == list(n_grams("为什么还没到账"))


def test_the_committed_model_is_of_these_sources() -> None:
    """Else the patterns were changed and `susu phrases train` was not run."""
    assert topic_model().made_from["sources"] == hash_of_sources()


def test_every_label_of_the_sources_is_known_to_the_model() -> None:
    labels = {pattern.label for pattern in patterns()} | {phrase.label for phrase in phrases()}
    assert labels == set(topic_model().labels)


def test_what_is_learnt_anew_from_a_sample_agrees_with_what_is_committed() -> None:
    some = [pattern for pattern in patterns() if pattern.label in (*SAMPLE, OUT_OF_SCOPE)]
    said = drawn(some, 4)
    packed = pack(fitted(said, Settings(rounds=4)))
    assert packed == pack(fitted(said, Settings(rounds=4)))
    anew = TopicModel(packed)
    asked = drawn([pattern for pattern in some if pattern.label != OUT_OF_SCOPE], 1)
    alike = sum(_best(anew, phrase.text) == _best(topic_model(), phrase.text) for phrase in asked)
    assert alike >= 0.9 * len(asked)


def _best(model: TopicModel, text: str) -> str:
    return next(guess.label for guess in model.ranked(text) if guess.label in (*SAMPLE, OUT_OF_SCOPE))


def test_probabilities_add_up_and_the_likeliest_comes_first() -> None:
    ranked = topic_model().ranked("why was my loan refused")
    assert sum(guess.probability for guess in ranked) == pytest.approx(1)
    assert ranked == sorted(ranked, key=lambda guess: -guess.probability)


def test_a_reason_names_what_decided_and_a_pattern() -> None:
    reason = reason_for("I forgot my PIN", "pin.forgotten")
    assert all(n_gram.strip("~") in "<i> <forgot> <my> <pin> i forgot my pin" for n_gram, _ in reason.n_grams)
    assert reason.n_grams
    assert reason.pattern is not None
    assert reason.pattern.label == "pin.forgotten"
    assert nearest("xyzzy", "pin.forgotten") is None


def test_a_pattern_without_braces_is_one_text() -> None:
    assert parsed("why so late") == ("why so late",)


def test_the_chat_loads_without_what_the_training_needs() -> None:
    script = (
        "import sys; from handlers.phrases.understand import understand; understand('why was my loan refused')\n"
        "assert not {'numpy', 'scipy', 'sklearn'} & {name.partition('.')[0] for name in sys.modules}"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
