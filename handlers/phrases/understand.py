"""From what a person wrote to what they came for: `understand("借3000分6期")` is borrow, amount 3000, count 6.

Frames say which command a text could be; the topic model says which question. A card that moves money opens only where
nothing asks for a fact, and a sum or a payee is said or the model, too, takes the bare verb for that command.

Deterministic: the same text gives the same answer on every machine, and a reader can find the frame or the pattern
that gave it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final, cast

from handlers.phrases.asking import (
    DOUBTFUL,
    EMERGENCIES,
    LIKELY,
    UNLIKELY,
    Topics,
    asks_for_a_fact,
    asks_for_leave,
    asks_to_be_stopped,
    denies,
    is_talk,
    may_be_of_anybody,
    takes_back,
    tells,
    tells_of_a_wrong_sum,
    tells_of_the_past,
    topics_of,
)
from handlers.phrases.by_frames import by_tokens, later_in
from handlers.phrases.causes import collection_in
from handlers.phrases.frames import MONEY_INTENTS, Intent
from handlers.phrases.normalise import fold
from handlers.phrases.others import asks_of_another
from handlers.phrases.products import product_in
from handlers.phrases.scope import VERBS
from handlers.phrases.sends import AGAIN, BY_LINK, sent_again, without_link
from handlers.phrases.shared_money import packet_in, split_in
from handlers.phrases.slots import fill
from handlers.phrases.spoken_commands import TOPIC_OF, counts_shares, spoken_command_in
from handlers.phrases.tokens import Token, lexicon, tokenise
from handlers.phrases.topics.model import topic_model
from handlers.phrases.understanding import OUT_OF_SCOPE, SURE, Understanding
from handlers.phrases.words import Words

_THAT_COMMAND: Final = 0.3
"""From here on an act is the one that the frames took it for."""

_SAME_ACT: Final = {
    "withdraw": ("fund_sell", "fund_switch", "break_deposit"),
    "invest": ("deposit", "plan", "goal", "fund_switch"),
    "repay": ("promise",),
}
"""Commands of the lines' readers that frames take for a plainer one."""

FAINT: Final = 0.1
"""Below this a topic is not even asked back, unless most of the text is known."""

_FAINTER: Final = 0.04
_KNOWN: Final = 0.6
"""From here on most of a text's n-grams are known: it is none in another language."""

OUTSIDE: Final = 0.46
"""From here on a text that is about nothing else is everyday talk."""

_ASKED_BACK: Final = 0.7
"""How sure one is at most of a question that could be a wish."""

_SCREENS: Final = ("owe", "balance", "history", "statement", "help", "settings")
"""What the topic model alone may open: it shows how things stand, and asks for nothing."""

_HARDSHIP: Final = "hardship"
_TOLD_SO: Final = 0.6
"""From here on a text that the frames do not know says that somebody can't pay."""

_TOLD: Final = (_HARDSHIP, "promise")
"""What a person tells of their loan: their screens move nothing, and only a question is none of them."""

_PLAIN: Final = 0.9
"""How sure one is of what a text says by its words alone."""

_CAREFUL: Final = {"human.distress": 0.95}
"""Topics whose answer does something (reminders rest, a case is opened), and how sure one must be of them."""


_BRIEF: Final = 6
"""Words of a text at most that just wants something stopped."""

_OTHERS_MONEY: Final = ("lend", "request")
"""Hints of money between friends, which is no question to us."""

_TROUBLE: Final = ("CANT", "WHY", "RISK", "HOWLONG", "AGENT", "ADVICE")
"""Tags that no command has, unless a sum is said."""

_FOR_A_SHOP: Final = ("shops.", "loan.how_to_apply")
"""Topics of who keeps a shop, which a loan may be for, and of how one borrows."""

_AMONG_FRIENDS: Final = ("packet.", "bill.", "collect.")
"""Topics of what was given or is owed among friends, in the words by which it is wished for."""

_GIVING: Final = ("SEND", "MOVE", "PAY", "GIVE", "GEI")
"""Tags of a payment's verb."""

_CIRCLE: Final = "circle"
_OF_CIRCLES: Final = "circle."
"""Topics of savings circles, which are asked about in the words by which a circle is wished for."""

_OF_ALL: Final = ("withdraw", "repay")
_EVERYTHING: Final = Words("sources", "everything")
"""What is as good as a sum to these acts."""

_COMMAND: Final = re.compile(r"\s*/([a-z_]+)(?:@[a-z0-9_]+)?(?=\s|$)")


def understand(
    text: str, language: str | None = None, commands: Mapping[str, Intent] = MappingProxyType({})
) -> Understanding:
    """Return what `text` asks for, in any of the languages or several; commands with arguments go the same way.

    `language` is the writer's, if known. One grammar reads all; it only decides what "3w" means. `commands` are the
    intents whose slots are read out of what follows a command, by its name.
    """
    folded = fold(text)
    command = split_command(folded)
    if command is None:
        tokens = tokenise(folded, language)
        return judged(by_tokens(text, tokens), text, folded, tokens)
    name, begin = command
    intent = commands.get(name)
    if intent is None:
        return Understanding("help", confidence=0.5)
    return _filled(intent, tokenise(" " * begin + folded[begin:], language), text)


def filled_by(intent: Intent, text: str, language: str | None = None) -> Understanding:
    """Return what `text` says for an intent that is known already: all that follows a command."""
    return _filled(intent, tokenise(fold(text), language), text)


def _filled(intent: Intent, tokens: Sequence[Token], text: str) -> Understanding:
    filled = fill(intent, tokens, text)
    later = later_in(intent, tokens, text, filled)
    return Understanding(intent, filled.slots, 1.0, (), filled.candidates, later=later)


def split_command(folded: str) -> tuple[str, int] | None:
    """Return the name of the command that a folded text begins with, and where its arguments begin; None for none."""
    match = _COMMAND.match(folded)
    return (match[1], match.end()) if match else None


# -- a question, or a command ---------------------------------------------------------------------------------------


def judged(framed: Understanding, text: str, folded: str, tokens: Sequence[Token]) -> Understanding:
    """Return what the frames made of a text, or that it is a question, by its form or by the topic model."""
    said_plainly = _said_plainly(framed, text, folded, tokens)
    if said_plainly is not None:
        return said_plainly
    topics = topics_of(text)
    says_sum = any(token.has("SUM") for token in tokens)
    asks = asks_for_a_fact(folded) or topics.best.probability >= LIKELY
    if framed.hint in _OTHERS_MONEY and (says_sum or not asks):
        return _borrowed_for_a_shop(framed, topics, folded, tokens, text) or framed
    if framed.intent in MONEY_INTENTS:
        return _card_or_question(framed, topics, text, folded, tokens)
    framed = _told_instead(framed, topics)
    gives_up = (
        framed.intent == "cancel"
        and takes_back(topics, SURE, says_more=len(tokens) > _BRIEF or any(token.has("WHEN") for token in tokens))
        and not tells_of_the_past(folded)
    )
    if framed.intent == _CIRCLE and asks and _is_about_circles(topics):
        topics = topics.but_for(_CIRCLE)
    is_told = framed.intent in _TOLD or gives_up
    if is_told and not (asks_for_a_fact(folded) or asks_for_leave(folded)):
        return framed
    taken, best = topics.of_command(framed.intent), topics.best.probability
    is_likelier = taken >= best or best < FAINT or (best < DOUBTFUL and taken >= max(UNLIKELY, best / 2))
    if framed.intent != OUT_OF_SCOPE and is_likelier and not is_talk(topics, taken):
        return framed
    return _question_or_nothing(framed, topics, text, tokens)


def _told_instead(framed: Understanding, topics: Topics) -> Understanding:
    """Return that somebody can't pay, where they say so in words of giving up ("no job no more, I can't pay")."""
    told = topics.of_command(_HARDSHIP)
    is_told = framed.intent == "cancel" and told >= max(LIKELY, topics.of_command("cancel"))
    return Understanding(_HARDSHIP, confidence=_PLAIN) if is_told else framed


def _is_about_circles(topics: Topics) -> bool:
    """Tell whether a question that names a circle asks about circles, and not for one's own ("what's my status")."""
    return topics.best.label.startswith(_OF_CIRCLES) and topics.best.probability >= UNLIKELY


def _borrowed_for_a_shop(
    framed: Understanding, topics: Topics, folded: str, tokens: Sequence[Token], text: str
) -> Understanding | None:
    """Return a wish to borrow that sounds like lending, as it says to what the money goes: 借钱给店里进货."""
    is_for_a_shop = framed.hint == "lend" and product_in(folded) is not None
    if not is_for_a_shop or topics.of_command("borrow") < LIKELY:
        return None
    return Understanding("borrow", fill("borrow", tokens, text).slots, _PLAIN)


def _said_plainly(framed: Understanding, text: str, folded: str, tokens: Sequence[Token]) -> Understanding | None:
    """Return what a text is by its words alone: a wish for a screen, a red packet or a bill, about somebody else's
    money, a wish to be lent nothing, a sum that came short, which is a question. None for any other.
    """
    spoken = spoken_command_in(folded)
    if spoken is not None:
        topic = TOPIC_OF.get(spoken.intent)
        slots = {} if counts_shares(folded) else fill(spoken.intent, tokens, text).slots
        return Understanding(spoken.intent, slots, _PLAIN, topics=(topic,) if topic is not None else ())
    said_short = _among_friends(text, folded) or _sent_short(text, folded)
    if said_short is not None:
        return said_short
    if asks_of_another(tokens, text) and may_be_of_anybody(topics_of(text)):
        return Understanding(OUT_OF_SCOPE, confidence=_PLAIN, hint="others")
    if asks_to_be_stopped(folded):
        return Understanding("ask", fill("ask", tokens, text).slots, _PLAIN, topics=("loan.opt_out",))
    if tells_of_a_wrong_sum(folded, _note_in(framed, folded)):
        topics = topics_of(text).of_a_question()
        return _question_or_nothing(Understanding(OUT_OF_SCOPE), topics, text, tokens)
    return None


def _among_friends(text: str, folded: str) -> Understanding | None:
    """Return a red packet, a bill that is to be split, a collection; None for any other, and for what asks of one."""
    readings: tuple[tuple[Intent, Callable[[str, str], Mapping[str, str | int] | None]], ...] = (
        ("packet", packet_in),
        ("split", split_in),
        ("collect", collection_in),
    )
    for intent, read in readings:
        slots = read(text, folded)
        if slots is None or asks_for_a_fact(folded) or ("amount" not in slots and asks_for_leave(folded)):
            continue
        topics = topics_of(text)
        is_told = topics.best.label.startswith(_AMONG_FRIENDS) and topics.best.probability >= LIKELY
        from_here = UNLIKELY / 2 if "amount" in slots else UNLIKELY
        if not (is_told and topics.of_command(intent) < from_here):
            return Understanding(intent, dict(slots), _PLAIN)
    return None


def _sent_short(text: str, folded: str) -> Understanding | None:
    """Return a payment by a link, or one as the last; None for any other, and for what asks or tells of one."""
    payee = sent_again(text, folded)
    if payee is not None:
        return Understanding("send", {"payee": payee} if payee else {}, _PLAIN, hint=AGAIN)
    without = without_link(text, folded)
    if without is None or asks_for_a_fact(folded):
        return None
    sent = understand(without)
    is_sum_to_nobody = sent.intent == "send" and "amount" in sent.slots and not {"payee", "payees"} & sent.slots.keys()
    return replace(sent, slots={**sent.slots, "payee": BY_LINK}) if is_sum_to_nobody else None


def _card_or_question(
    framed: Understanding, topics: Topics, text: str, folded: str, tokens: Sequence[Token]
) -> Understanding:
    """Return a command that moves money only where nothing speaks for a question."""
    names_it = bool({"amount", "payee", "payees"} & framed.slots.keys() or framed.candidates)
    for_leave = asks_for_leave(folded)
    note = _note_in(framed, folded)
    is_question = (
        asks_for_a_fact(folded, note)
        or denies(folded)
        or (framed.intent != "request" and tells_of_the_past(folded, note))
        or _says_what_is(tokens)
        or (not names_it and (for_leave or any(token.has(*_TROUBLE) for token in tokens)))
    )
    if is_question:
        return _question_or_nothing(framed, topics.of_a_question(), text, tokens)
    act = topics.acts + topics.of_command("promise")
    that = sum(map(topics.of_command, (framed.intent, *_SAME_ACT.get(framed.intent, ()))))
    if names_it:
        is_plain = "count" in framed.slots or (framed.sure and not any(token.has("X", "FOREIGN") for token in tokens))
        is_exact = "amount" in framed.slots and not (for_leave or asks_for_a_fact(folded))
        is_whole = framed.sure and _says_all_of_it(framed, topics, tokens)
        against = LIKELY if framed.sure else DOUBTFUL
        is_told = not is_whole and tells(topics, act, against, is_plain=is_plain, is_exact=is_exact)
        return _question_or_nothing(framed, topics, text, tokens) if is_told else framed
    sells = "fund" in framed.slots and tokens[0].has("SELL")
    begins_so = sells or (framed.intent == "borrow" and tokens[0].has("BORROW") and topics.best.probability < LIKELY)
    if _names_a_loan(framed, topics, folded):
        return framed
    is_of_all = framed.intent in _OF_ALL and _EVERYTHING.search(folded) is not None
    means_it = that >= _THAT_COMMAND and (act >= LIKELY or begins_so or is_of_all)
    return framed if means_it else _question_or_nothing(framed, topics, text, tokens)


def _says_what_is(tokens: Sequence[Token]) -> bool:
    """Tell whether a text says of something how much it is, and names no act: "my loan is 3000"."""
    is_said = any(verb.has("IS") and value.has("SUM") for verb, value in pairwise(tokens))
    acts = (token for token, after in pairwise(tokens) if token.has(*VERBS, "WANT") and not after.has("IS"))
    return is_said and next(acts, None) is None


def _says_all_of_it(framed: Understanding, topics: Topics, tokens: Sequence[Token]) -> bool:
    """Tell whether a text begins with its act, and says its sum and its fund, or its handle: 给@chidi二十买鸡蛋."""
    if "fund" in framed.slots:
        return tokens[0].has("BUY", "INVEST")
    is_to_a_handle = "amount" in framed.slots and str(framed.slots.get("payee", "")).startswith("@")
    return is_to_a_handle and tokens[0].has(*_GIVING) and topics.best.probability < DOUBTFUL


def _names_a_loan(framed: Understanding, topics: Topics, folded: str) -> bool:
    """Tell whether a wish for a loan, or to repay one, says what for ("my shop loan"), where the model hears a shop."""
    is_of_a_loan = framed.intent in ("borrow", "repay") and framed.sure
    return is_of_a_loan and topics.best.label.startswith(_FOR_A_SHOP) and product_in(folded) is not None


def _note_in(framed: Understanding, folded: str) -> tuple[int, int] | None:
    """Return where the note of a payment is, whose words ask nothing."""
    note = fold(str(framed.slots.get("note", "")))
    place = folded.find(note) if note else -1
    return (place, place + len(note)) if place >= 0 else None


def _question_or_nothing(framed: Understanding, topics: Topics, text: str, tokens: Sequence[Token]) -> Understanding:
    """Return the question that a text asks, the screen that answers it, or that it is nothing of ours."""
    best, screen = topics.best.probability, topics.screen
    if screen.label == _HARDSHIP and screen.probability >= _TOLD_SO:
        return Understanding(_HARDSHIP, confidence=round(screen.probability, 2))  # 庄稼全死了，拿啥还你们
    shown = screen.probability if screen.label in _SCREENS else 0.0
    faint = _FAINTER if topic_model().known(text) >= _KNOWN else FAINT
    is_nothing = max(best, shown, topics.acts) < faint or (best < SURE and _is_a_mere_word(tokens))
    may_be_grave = topics.best.label in EMERGENCIES and best >= DOUBTFUL  # "left my phone in a taxi"
    if is_nothing or (topics.outside >= max(best, screen.probability, OUTSIDE) and not may_be_grave):
        is_told = framed.intent == OUT_OF_SCOPE
        return framed if is_told else Understanding(OUT_OF_SCOPE, confidence=round(topics.outside, 2))
    if topics.acts >= LIKELY and any(token.has("SUM") for token in tokens):
        return framed  # a wish that only a line's reader knows
    if shown >= max(best, LIKELY):
        intent = cast("Intent", screen.label)
        filled = fill(intent, tokens, text)
        return Understanding(intent, filled.slots, round(screen.probability, 2), (), filled.candidates)
    return _question(topics, text, tokens)


def _question(topics: Topics, text: str, tokens: Sequence[Token]) -> Understanding:
    """Return a question; where something rather is to be done, it is asked back."""
    confidence = topics.of_a_question().best.probability
    is_faint = topics.acts >= LIKELY or _is_a_mere_word(tokens)
    if is_faint or confidence < _CAREFUL.get(topics.best.label, 0):
        confidence = min(confidence, _ASKED_BACK)
    elif topics.best.label in EMERGENCIES and confidence >= LIKELY:
        confidence = max(confidence, SURE)
    return Understanding("ask", fill("ask", tokens, text).slots, round(confidence, 2), topics=topics.names())


def _is_a_mere_word(tokens: Sequence[Token]) -> bool:
    """Tell whether a text is one word of no meaning to us: "second" has a topic for a model, but not for a person."""
    said = [token for token in tokens if not token.has("STOP")]
    return len(said) <= 1 and not any(token.has(*lexicon().content) for token in said)
