"""Telegram HTML in, plain text with UTF-16 entities out, and back to HTML that a page may show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import Formatted, parse_html, utf16_length, with_found
from bot.sandbox.errors import Refusal
from bot.sandbox.markup import to_html


def entity(kind: str, offset: int, length: int, **more: object) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>bold</b> rest", "bold rest", [entity("bold", 0, 4)]),
        ("<strong>a</strong><EM>b</EM>", "ab", [entity("bold", 0, 1), entity("italic", 1, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<u>u</u><ins>i</ins>", "ui", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        ("<s>1</s><strike>2</strike><del>3</del>", "123", [entity("strikethrough", n, 1) for n in range(3)]),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [entity("spoiler", 0, 1)]),
        ("<code>1 &lt; 2</code>", "1 < 2", [entity("code", 0, 5)]),
        ("<pre>a\n b</pre>", "a\n b", [entity("pre", 0, 4)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [entity("pre", 0, 1, language="python")]),
        ("<blockquote>q</blockquote>", "q", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ('<a href="https://x.org/?a=1&amp;b=2">x</a>', "x", [entity("text_link", 0, 1, url="https://x.org/?a=1&b=2")]),
        ("<a href=x.org>x</a>", "x", [entity("text_link", 0, 1, url="http://x.org")]),
        ("<a>x.org</a>", "x.org", [entity("text_link", 0, 5, url="http://x.org")]),
        ('<a href="tg://user?id=7">Ana</a>', "Ana", [entity("text_mention", 0, 3, user={"id": 7})]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ('<tg-emoji emoji-id="53">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="53")]),
        ("😀<b>博</b>", "😀博", [entity("bold", 2, 1)]),
        ("&#128512;&#x1F600;", "😀😀", []),
        ("&nbsp;&copy; & &;", "&nbsp;&copy; & &;", []),
        ("&quot;&amp;lt;", '"&lt;', []),
        ("a > b", "a > b", []),
        ("<b>  spaced</b>  ", "spaced", [entity("bold", 0, 6)]),
        ("<b></b>empty", "empty", []),
        ("<b>x</>", "x", [entity("bold", 0, 1)]),
    ],
)
def test_html_is_read_as_telegram_reads_it(source: str, text: str, entities: list[dict[str, object]]) -> None:
    assert parse_html(source) == Formatted(text, entities)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("博<script>", 'Unsupported start tag "script" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x!y>z</a>", "Unexpected end of name token at byte offset 8"),
        ('<b ="x">y</b>', 'Empty attribute name in the tag "b" at byte offset 0'),
    ],
)
def test_html_that_telegram_cannot_parse_is_refused_in_its_words(source: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)
    assert refused.value.code == 400
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


def test_commands_mentions_links_and_hashtags_are_found_outside_code() -> None:
    text = "/borrow@susu_demo_bot 😀 @ana https://x.org/a. #save $CNY me@x.org /code"
    formatted = with_found(Formatted(text, [entity("code", text.index("/code") + 1, 5)]))
    units = text.encode("utf-16-le")
    found = [
        (one["type"], units[one["offset"] * 2 : (one["offset"] + one["length"]) * 2].decode("utf-16-le"))
        for one in formatted.entities
    ]
    assert found == [
        ("bot_command", "/borrow@susu_demo_bot"),
        ("mention", "@ana"),
        ("url", "https://x.org/a"),
        ("hashtag", "#save"),
        ("cashtag", "$CNY"),
        ("email", "me@x.org"),
        ("code", "/code"),
    ]


@pytest.mark.parametrize("text", ["1/2", "a/b", "//x", "5$", "@", "#1"])
def test_nothing_is_found_where_telegram_finds_nothing(text: str) -> None:
    assert with_found(Formatted(text, [])).entities == []


def test_shown_html_escapes_everything_that_a_stranger_wrote() -> None:
    assert to_html("<img src=x onerror=alert(1)>", []) == "&lt;img src=x onerror=alert(1)&gt;"
    link = entity("text_link", 0, 1, url='https://x.org/"onclick="x')
    assert to_html("x", [link]).startswith('<a href="https://x.org/&quot;onclick=&quot;x"')


def test_shown_html_has_no_link_with_a_script() -> None:
    assert to_html("x", [entity("text_link", 0, 1, url="javascript:alert(1)")]) == "x"


def test_crossing_entities_are_shown_as_nested_tags() -> None:
    crossing = [entity("bold", 0, 2), entity("italic", 1, 2)]
    assert to_html("abc", crossing) == "<b>a<i>b</i></b><i>c</i>"


@given(st.text(alphabet="<>/&;ab😀博 \"='", max_size=30))
def test_any_text_is_parsed_or_refused_and_its_entities_lie_inside(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except Refusal:
        return
    assert all(one["offset"] >= 0 and one["offset"] + one["length"] <= utf16_length(text) for one in entities)
    assert to_html(text, entities).count("<") == to_html(text, entities).count(">")
