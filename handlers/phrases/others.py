"""Whose money is asked about? "How much does Chidi have?" is about somebody else's, of which nothing is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.phrases.tokens import Token

_STANDING: Final = ("BALANCE", "OWE", "DEBT", "STATEMENT", "HISTORY")
_ASKED: Final = ("HOWMUCH", "WHAT", "SHOW", "MONEY", "QM")
_BESIDE: Final = (
    *("ME", "SUM", "SEND", "MOVE", "PAY", "GIVE", "FA", "GEI", "REQUEST", "SHOU", "BORROW", "JIE", "REPAY", "HUAN"),
    *("SETTLE", "WITHDRAW", "INVEST", "PUT", "TOPUP", "CHONG", "PAY_ME", "OWES_ME"),
)
"""What makes something else of a text: a sum, an act, what is owed to oneself."""
_THINGS: Final = re.compile("(?:account|fund|wallet|loan|card|day|week|month|year|bank|product|plan|deposit)s?'s?")
_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_CHINESE_NAME: Final = re.compile(f"[小老阿{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")
"""How names look in Chinese, which has no capital letters."""


def asks_of_another(tokens: Sequence[Token], text: str) -> bool:
    """Say whether a text asks what somebody else has, owes or did with their money, and asks for nothing to be done.

    `tokens` are of the folded `text`, which is as it was written: of a word that nobody knows its capital says that it
    is a name.
    """
    if any(token.has(*_BESIDE) for token in tokens):
        return False
    return any(_is_another(place, tokens, text) and _is_asked_of(place, tokens) for place in range(len(tokens)))


def _is_asked_of(place: int, tokens: Sequence[Token]) -> bool:
    before, after = tokens[:place], [token for token in tokens[place + 1 :] if not _is_filler(token)]
    if len(before) > 1 and before[-1].has("OF") and before[-2].has(*_STANDING):
        return True
    if not after or (len(after) > 1 and after[1].has("WO")):
        return False
    return after[0].has(*_STANDING) or (after[0].has("HAVE") and any(token.has(*_ASKED) for token in tokens))


def _is_filler(token: Token) -> bool:
    return token.has("FILL", "IS") and not token.has("HAVE")


def _is_another(place: int, tokens: Sequence[Token], text: str) -> bool:
    """Say whether somebody is named there: by a @username, as family, by a word that looks like a name."""
    token, before = tokens[place], tokens[:place]
    if token.has("WHO", "KIN", "THIRD"):
        return True
    said = text[token.start : token.end].strip().replace("\u2019", "'")
    if not token.has("X") or _THINGS.fullmatch(said.lower()):
        return False
    if not said.isascii():
        return _CHINESE_NAME.fullmatch(said) is not None
    is_asked_after = len(before) > 1 and before[-1].has("IS") and before[-2].has("HOWMUCH")
    return said.endswith("'s") or (said.istitle() and not (text.isascii() and text.istitle())) or is_asked_after
