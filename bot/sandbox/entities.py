"""Text as Telegram holds it: plain, with entities at UTF-16 offsets. Reads Telegram HTML, finds links and commands.

The parser follows Telegram's own (tdlib, `MessageEntity.cpp`), words included: what passes here passes there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bot.sandbox.errors import Refusal, bad_request
from bot.sandbox.model import Json

SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
OTHER_TAGS = frozenset({"a", "code", "pre", "blockquote", "tg-emoji"})
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SURROGATES = range(0xD800, 0xE000)
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(lt|gt|amp|quot));?")
_MARKUP = re.compile(r"[<&]")
_TAG_NAME = re.compile(r"[^\s>]*")
_SPACES = re.compile(r"\s*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


class Formatted(NamedTuple):
    """Plain text and its entities."""

    text: str
    entities: list[Json]


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 units, in which the Bot API counts. An emoji is 2."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Open:
    """A start tag that waits for its end. `at` in UTF-16 units of the plain text, `begin` in its characters."""

    tag: str
    argument: str
    at: int
    begin: int


def parse_html(source: str) -> Formatted:
    """Read Telegram HTML into plain text, trimmed, and its entities.

    Raises:
        Refusal: 400 with Telegram's words for what is wrong, and the byte offset.
    """
    return _trimmed(*_Reader(source).read())


class _Reader:
    """One pass over the source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.plain: list[str] = []
        self.length = 0
        self.characters = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while (markup := _MARKUP.search(self.source, self.position)) is not None:
            self.add(self.source[self.position : markup.start()])
            self.position = markup.start()
            if markup.group() == "&":
                self.character()
            elif self.source.startswith("</", self.position):
                self.end_tag()
            else:
                self.start_tag()
        self.add(self.source[self.position :])
        if self.open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.plain), self.entities

    def add(self, text: str) -> None:
        self.plain.append(text)
        self.length += utf16_length(text)
        self.characters += len(text)

    def character(self) -> None:
        decoded, self.position = _decoded(self.source, self.position)
        self.add(decoded)

    def start_tag(self) -> None:
        begin = self.position
        tag = self.take(_TAG_NAME, begin + 1)
        if self.position == len(self.source):
            raise self.wrong("Unclosed start tag", begin)
        tag = tag.lower()
        if tag not in SIMPLE_TAGS and tag not in OTHER_TAGS:
            raise self.wrong(f'Unsupported start tag "{tag}"', begin)
        argument = self.attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise self.wrong('Tag "span" must have class "tg-spoiler"', begin)
        if tag == "tg-emoji" and not argument.isdecimal():
            raise _unparsable("Invalid custom emoji identifier specified")
        self.position += 1
        self.open.append(_Open(tag, argument, self.length, self.characters))

    def attributes(self, tag: str, begin: int) -> str:
        """Read up to the `>`, and return the one value that the tag has a use for."""
        argument = ""
        while True:
            self.take(_SPACES, self.position)
            if self.source.startswith(">", self.position):
                return argument
            name = self.take(_ATTRIBUTE_NAME, self.position)
            if not name:
                raise self.wrong(f'Empty attribute name in the tag "{tag}"', begin)
            self.take(_SPACES, self.position)
            value = self.attribute_value(begin) if self.source.startswith("=", self.position) else ""
            if self.position >= len(self.source):
                raise self.wrong("Unclosed start tag", begin)
            argument = _argument(tag, name, value) or argument

    def attribute_value(self, begin: int) -> str:
        self.take(_SPACES, self.position + 1)
        quote = self.source[self.position : self.position + 1]
        if quote and quote in "\"'":
            return self.quoted(quote)
        token_at = self.position
        token = self.take(_NAME_TOKEN, token_at).lower()
        following = self.source[self.position : self.position + 1]
        if not following:
            raise self.wrong("Unclosed start tag", begin)
        if following != ">" and not following.isspace():
            raise self.wrong("Unexpected end of name token", token_at)
        return token

    def quoted(self, quote: str) -> str:
        end = self.source.find(quote, self.position + 1)
        end = len(self.source) if end < 0 else end
        raw = self.source[self.position + 1 : end]
        self.position = min(end + 1, len(self.source))
        return _CHARACTER.sub(lambda found: _decoded(found.group(), 0)[0], raw)

    def end_tag(self) -> None:
        begin = self.position
        if not self.open:
            raise self.wrong("Unexpected end tag", begin)
        name = self.take(_TAG_NAME, begin + 2)
        self.take(_SPACES, self.position)
        if not self.source.startswith(">", self.position):
            raise self.wrong("Unclosed end tag", begin)
        opened = self.open.pop()
        if name and name.lower() != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{name}>"'
            raise self.wrong("Unmatched end tag", begin, f", {expected}")
        self.position += 1
        if self.length > opened.at:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        span = {"offset": opened.at, "length": self.length - opened.at}
        shown = "".join(self.plain)[opened.begin :] if opened.tag == "a" and not opened.argument else ""
        entity = _entity(opened, span, shown)
        last = self.entities[-1] if self.entities else None
        if last and {last["type"], opened.tag} == {"pre", "code"} and _same_span(last, span):
            self.entities[-1] = _code_block(opened, last, span)
        elif entity:
            self.entities.append(entity)

    def take(self, pattern: re.Pattern[str], position: int) -> str:
        found = pattern.match(self.source, position)
        taken = found.group() if found else ""
        self.position = position + len(taken)
        return taken

    def wrong(self, what: str, position: int, more: str = "") -> Refusal:
        offset = len(self.source[:position].encode())
        return _unparsable(f"{what} at byte offset {offset}{more}")


def _unparsable(what: str) -> Refusal:
    return bad_request(f"can't parse entities: {what}")


def _decoded(source: str, position: int) -> tuple[str, int]:
    """Return the character written at `position` (an unknown `&…` stands for itself) and where it ends."""
    found = _CHARACTER.match(source, position)
    if found is None:
        return source[position], position + 1
    hexadecimal, decimal, name = found.groups()
    if name:
        return NAMED_CHARACTERS[name], found.end()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code > sys.maxunicode or code in SURROGATES:
        return source[position], position + 1
    return chr(code), found.end()


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case "code", "class" if value.startswith("language-"):
            return value.removeprefix("language-")
        case "span", "class" if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case "blockquote", "expandable":
            return "expandable"
    return ""


def _entity(opened: _Open, span: Json, shown: str) -> Json | None:
    match opened.tag:
        case "a":
            return _link(opened.argument or shown, span)
        case "pre":
            return {"type": "pre", **span}
        case "code":
            return {"type": "code", **span} | ({"language": opened.argument} if opened.argument else {})
        case "blockquote":
            return {"type": "expandable_blockquote" if opened.argument else "blockquote", **span}
        case "tg-emoji":
            return {"type": "custom_emoji", **span, "custom_emoji_id": opened.argument}
    return {"type": SIMPLE_TAGS[opened.tag], **span}


def _same_span(entity: Json, span: Json) -> bool:
    return (entity["offset"], entity["length"]) == (span["offset"], span["length"])


def _code_block(opened: _Open, inner: Json, span: Json) -> Json:
    """`<pre><code class="language-x">` is one entity."""
    language = inner.get("language") or (opened.argument if opened.tag == "code" else "")
    return {"type": "pre", **span} | ({"language": language} if language else {})


_USER_LINK = re.compile(r"tg://user\?id=(\d+)$", re.IGNORECASE)
_WEB_LINK = re.compile(r"(?:(https?|tg|ton|tonsite)://)?[^\s/]+\.?[^\s]*$", re.IGNORECASE)


def _link(url: str, span: Json) -> Json | None:
    """A link that Telegram would not open is shown as plain text."""
    if mentioned := _USER_LINK.match(url):
        return {"type": "text_mention", **span, "user": {"id": int(mentioned.group(1))}}
    if not (found := _WEB_LINK.match(url)) or ("." not in url and "://" not in url):
        return None
    if not found.group(1) and ":" in url.split("/", maxsplit=1)[0]:
        return None
    return {"type": "text_link", **span, "url": url if found.group(1) else f"http://{url}"}


def _trimmed(text: str, entities: list[Json]) -> Formatted:
    """Drop white space at both ends, as Telegram does, and move the entities along."""
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    end = utf16_length(text)
    kept = (moved for entity in entities if (moved := _moved(entity, lead, end)))
    return Formatted(text, sorted(kept, key=lambda entity: (entity["offset"], -entity["length"])))


def _moved(entity: Json, lead: int, end: int) -> Json | None:
    first = max(entity["offset"] - lead, 0)
    last = min(entity["offset"] + entity["length"] - lead, end)
    return entity | {"offset": first, "length": last - first} if last > first else None


_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?(?![\w/]))"
    r"|(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>(?<!\w)https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'])"
    r"|(?P<mention>(?<!\w)@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w))"
    r"|(?P<hashtag>(?<!\w)\#\w*[^\W\d]\w*)"
    r"|(?P<cashtag>(?<!\w)\$[A-Z]{1,8}(?!\w))"
)


def with_found(formatted: Formatted) -> Formatted:
    """Add what Telegram marks by itself: commands, mentions, links, addresses, hashtags, outside code and links."""
    text, entities = formatted
    if not any(sign in text for sign in "/@#$"):
        return formatted
    closed = [entity for entity in entities if entity["type"] in ("code", "pre", "text_link", "text_mention")]
    found = [entity for entity in _found(text) if not _overlaps(entity, closed)]
    return Formatted(text, sorted([*entities, *found], key=lambda entity: (entity["offset"], -entity["length"])))


def _found(text: str) -> Iterator[Json]:
    for match in _FOUND.finditer(text):
        offset = utf16_length(text[: match.start()])
        yield {"type": match.lastgroup, "offset": offset, "length": utf16_length(match.group())}


def _overlaps(entity: Json, others: Iterable[Json]) -> bool:
    end = entity["offset"] + entity["length"]
    return any(other["offset"] < end and entity["offset"] < other["offset"] + other["length"] for other in others)
