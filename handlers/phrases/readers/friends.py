"""What follows `/packet`, `/split`, `/request` and `/tab`: a sum, a number of shares, @names, words; a collection."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from handlers.phrases.causes import CURRENCY, NUMBER, PLAIN, collection_in, collection_said
from handlers.phrases.normalise import fold
from handlers.phrases.said import Claim, Said

_NAME: Final = re.compile(r"@\w+")
_SHARES: Final = re.compile(r"[0-9]{1,3}")
_AROUND: Final = re.compile(r"^(?:[\s/,.:;，。：；×x*]|for\b|by\b|元|块|个|份|给)+|[\s/,.:;，。：；]+$", re.IGNORECASE)
_AROUND_WORDS: Final = re.compile(
    r"^(?:[\s/,.:;，。：；×x*]|(?:people|persons|friends|shares|of us)\b|元|块|个人?|份|位)+|[\s/,.:;，。：；]+$",
    re.IGNORECASE,
)
"""What stands around the words of a packet, which may begin with "for": "for you all"."""
_SHARE: Final = re.compile(
    r"(?P<name>@\w+)(?:"
    r"\s*[x×*]\s*(?P<weight>[1-9][0-9]{0,2})(?![\w.,%])"
    r"|\s+[¥￥]?(?P<sum>[0-9]+(?:\.[0-9]{1,2})?)(?:元|块钱?|\s*(?:cny|yuan)\b)?(?![\w%−–-]|\.[0-9])"
    r"|(?P<odd>\s*[x×*]\s*[-+−–.]?[0-9]\S*|\s+[-+−–]?[0-9][-+−–0-9.,e%]*(?![\w-])))?",
    re.IGNORECASE,
)
"""Somebody who is named, with their weight or their sum where one follows; what is written like one and is none."""
ODD: Final = "?"
"""What stands for a share that nobody can read: "@bo x1.5", "@bo -20"."""
_MOST_WEIGHT: Final = 20
_FAR_BELOW: Final = 10
_PAID: Final = re.compile(r"\bpaid(?: by)?\b|付了|垫付?了?", re.IGNORECASE)


def packet(said: Said) -> Claim:
    """Read "/packet 20 5 @ana good luck": `amount`, `count`, `people`, `note`, each where it was said plainly."""
    slots, rest = _people(said)
    numbers = list(NUMBER.finditer(rest))[:2]
    if numbers and PLAIN.fullmatch(numbers[0][0]):
        slots["amount"] = numbers[0][0]
    if len(numbers) > 1 and _SHARES.fullmatch(numbers[1][0]):
        slots["count"] = numbers[1][0]
    words = rest[numbers[-1].end() :] if numbers else rest
    return Claim("packet", _with_note(slots, words, _AROUND_WORDS))


def split(said: Said) -> Claim:
    """Read "/split 300 @bo @chidi dinner": `amount`, `people`, `note`, each where it was said plainly.

    Where they do not all bear the same, `each` has a word for each of them: "100" of "@bo 100" is a sum, "x2" of
    "@bo x2" a weight, `ODD` what is like one and is none. What follows "paid" (付了) is who paid the shop how much:
    "paid @bo 100" (`paid`: names and sums in turn).
    """
    _, _, rest = said.text.strip().partition(" ")
    return Claim("split", _bill(rest))


def of_each(said: Said) -> dict[str, str]:
    """Return what a sentence says of each who bears a bill ("split 300 @bo 100 @cy 50"), and who has paid it.

    With that come its sum and its words as they are read here; nothing where all bear the same.
    """
    slots = _bill(said.text)
    if "each" in slots:
        return {"note": "", **slots}
    return {name: value for name, value in slots.items() if name == "paid"}


def _bill(rest: str) -> dict[str, str]:
    divided, _, paid = _PAID.sub("\n", rest, count=1).partition("\n")
    divided = _total_first(divided)
    people = list(_SHARE.finditer(divided))
    words = fold(_SHARE.sub(" ", divided))
    number = NUMBER.search(words)
    slots: dict[str, str] = {}
    if people:
        slots["people"] = " ".join(dict.fromkeys(match["name"] for match in people))
    if number and PLAIN.fullmatch(number[0]):
        slots["amount"] = number[0]
    shares = _shares(people, Decimal(slots.get("amount", 0)))
    if len(set(shares)) > 1 or shares[:1] not in ([], ["x1"]):
        slots["each"] = " ".join(shares)
    payers = [(match["name"], match["sum"]) for match in _SHARE.finditer(paid) if match["sum"]]
    if payers:
        slots["paid"] = " ".join(f"{name} {amount}" for name, amount in payers)
    return _with_note(slots, words[number.end() :] if number else words)


def _total_first(divided: str) -> str:
    """Return a bill with its total first where that stands behind the last name: in "@bo @chidi 300" it is no share."""
    named = [match for match in _SHARE.finditer(divided) if match["sum"]]
    if len(named) != 1 or NUMBER.search(fold(_SHARE.sub(" ", divided))):
        return divided
    (total,) = named
    is_last = _NAME.search(divided, total.end()) is None
    return f"{total['sum']} {divided[: total.start('sum')]} {divided[total.end('sum') :]}" if is_last else divided


def _shares(people: Sequence[re.Match[str]], total: Decimal) -> list[str]:
    """Return what each who is named bears: a sum ("100"), or by weight ("x2"; "x1" where nothing was said).

    Who is named twice bears both. Small whole numbers far below the total are weights: nobody pays 2 of a bill of 300.
    """
    sums: dict[str, Decimal] = {}
    weights: dict[str, int] = {}
    names = dict.fromkeys(match["name"] for match in people)
    for match in people:
        name = match["name"]
        if match["sum"]:
            sums[name] = sums.get(name, Decimal(0)) + Decimal(match["sum"])
        else:
            weights[name] = weights.get(name, 0) + int(match["weight"] or 1)
    if any(match["odd"] for match in people):
        return [ODD] * len(names)
    are_weights = all(each == int(each) and 1 <= each <= _MOST_WEIGHT for each in sums.values())
    if sums and not weights and are_weights and sum(sums.values()) * _FAR_BELOW <= total:
        weights, sums = {name: int(each) for name, each in sums.items()}, {}
    return [f"{sums[name]:f}" if name in sums else f"x{weights[name]}" for name in names]


def asked_for(said: Said) -> Claim:
    """Read "/request 20 @bo lunch" as it is said in a group: `amount`, `people` (else whom it answers), `note`."""
    slots, rest = _people(said)
    number = NUMBER.search(rest)
    if number and PLAIN.fullmatch(number[0]):
        slots["amount"] = number[0]
    return Claim("request", _with_note(slots, CURRENCY.sub(" ", rest[number.end() :], count=1) if number else rest))


def tab(said: Said) -> Claim:
    """Read "/tab @bo @chidi trip to Xi'an": `people` and `title`."""
    slots, words = _people(said)
    _, _, rest = said.text.strip().partition(" ")
    title = " ".join(_AROUND.sub("", _NAME.sub(" ", rest)).split()) if words.strip() else ""
    return Claim("tab", {**slots, "title": title} if title else slots)


def tab_item(text: str) -> tuple[str, str] | None:
    """Return the sum and what it was for, of "120 taxi" or 门票 300元; None where no sum is plain, or several are."""
    numbers = NUMBER.findall(fold(text))
    if len(numbers) != 1 or not PLAIN.fullmatch(numbers[0]):
        return None
    note = CURRENCY.sub(" ", fold(text).replace(numbers[0], " ", 1), count=1)
    return numbers[0], " ".join(_AROUND.sub("", note).split())


def collect(said: Said) -> Claim:
    """Read "/collect 500 for the roof by 20 Dec": `goal_sum`, `by` and `title`, each where it was said plainly."""
    _, _, rest = said.text.strip().partition(" ")
    return Claim("collect", _of_collection(collection_said(rest)))


def in_a_sentence(said: Said) -> dict[str, str]:
    """Return what a sentence says of the collection that it begins: "collect 500 for a gift by Friday"."""
    return _of_collection(collection_in(said.text, said.folded) or {})


_AS_ASKED: Final = {"amount": "goal_sum", "when": "by", "note": "title"}
"""What is said of a collection, by what the chat asks for it."""


def _of_collection(said: Mapping[str, str]) -> dict[str, str]:
    return {_AS_ASKED[name]: value for name, value in said.items()}


def _people(said: Said) -> tuple[dict[str, str], str]:
    """Return the @names as a slot, and what else follows the command."""
    _, _, rest = said.text.strip().partition(" ")
    names = list(dict.fromkeys(_NAME.findall(rest)))
    slots = {"people": " ".join(names)} if names else {}
    return slots, fold(_NAME.sub(" ", rest))


def _with_note(slots: dict[str, str], words: str, around: re.Pattern[str] = _AROUND) -> dict[str, str]:
    note = " ".join(around.sub("", words).split())
    return {**slots, "note": note} if note else slots
