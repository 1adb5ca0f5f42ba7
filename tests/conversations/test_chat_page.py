"""The chat page in a headless Chromium, against the real sandbox and a tiny real aiogram bot: as a newcomer uses it."""

from __future__ import annotations

import json

from bot.sandbox.people import ANA_ID, BO_ID, MEI_ID, SUNDAY_CIRCLE_ID
from tests.conversations.browser import Look, Page
from tests.conversations.chat_page import BO, MEI, PHONE, OpenPage, Sandbox
from tests.conversations.echo_bot import listening

HOSTILE_NAME = "<img src=x onerror=alert(1)>"
BUILT_FROM = {
    "<b>a</b><i>b</i>\n<code>c</code>": "<strong>a</strong><em>b</em>\n<code>c</code>",
    "x<style>*{}</style><svg><script>1</script></svg><font size=1>y</font>": "xy",
    '<b class="round" id="app">a</b>': "<strong>a</strong>",
    '<a href="javascript:alert(1)">a</a>': "a",
    '<a href="https://example.org/">a</a>': '<a href="https://example.org/" target="_blank" rel="noopener noreferrer"'
    ' title="https://example.org/">a</a>',
    "one\n<blockquote>two</blockquote>\nthree": "one<blockquote>two</blockquote>three",
    "&lt;b&gt; &amp; see /help.": '&lt;b&gt; &amp; see <button type="button" class="link">/help</button>.',
}
"""Telegram's HTML, and what the page makes of it."""


async def test_newcomer_sees_people_pin_and_clock_while_the_bot_wakes_up(
    demo_sandbox: Sandbox, look_at: OpenPage
) -> None:
    async with look_at(Look()) as page:
        for shown in ("Ana", "博", "Chidi", "Olu", "Mei", "Everybody’s PIN is 246810", "Business date"):
            await page.sees(shown)
        await page.sees("Susu is waking up", "#blank")
        async with listening(demo_sandbox.bot):
            await page.sees("Hello, Ana", "#blank")


async def test_message_is_shown_and_answered(page: Page) -> None:
    await page.click(".start")
    await page.sees("/start", ".message.own")
    await page.sees("Welcome, payload none", ".message.bot")
    await page.say("what < can & you do?")
    await page.sees("echo: what < can & you do?", "#messages")
    assert await page.ask("document.querySelector('#draft').value") == ""


async def test_tap_edits_the_message_in_place_and_tells_the_answer(page: Page) -> None:
    await page.say("/buttons")
    await page.click(".inline", "Confirm")
    await page.sees("It is done.", ".message.bot")
    await page.sees("Confirmed", "#toasts")
    await page.sees("edited", ".message.bot")
    assert await page.count(".message") == 2
    assert await page.count(".inline") == 0


async def test_alert_of_a_tap_waits_to_be_read(page: Page) -> None:
    await page.say("/buttons")
    await page.click(".inline", "Explain")
    await page.sees("This moves no money.", "dialog")
    await page.press("Enter")
    await page.until("!document.querySelector('dialog')")


async def test_typed_pin_vanishes_when_the_bot_deletes_it(page: Page) -> None:
    await page.click("#pin")
    await page.press("Enter")
    await page.sees("The PIN is taken.", "#messages")
    await page.misses("246810", "#messages")


async def test_push_to_another_person_marks_them_unread_until_it_is_read(page: Page, echoing: Sandbox) -> None:
    await echoing.bot.send_message(MEI_ID, "昨日收益已到账。")
    await page.until(f"document.querySelector(`{MEI} .badge`)?.innerText === '1'")
    title = await page.until("document.title.match(/^\\(\\d+\\)/)?.[0]")
    await page.click(MEI)
    await page.sees("昨日收益已到账。", "#messages")
    await page.sees("New messages", ".unread-line")
    await page.until(f"!document.querySelector(`{MEI} .badge`)")
    await page.until(f"!document.title.startsWith('{title}')")


async def test_press_outlives_a_redraw_of_what_is_pressed(page: Page, echoing: Sandbox) -> None:
    place = await page.hold(MEI)
    await echoing.bot.send_message(MEI_ID, "Pushed while the mouse was down")
    await page.until(f"document.querySelector(`{MEI} .badge`)?.innerText === '1'")
    await page.release(place)
    await page.sees("Pushed while the mouse was down", ".message.bot")


async def test_group_shows_who_speaks_to_everybody_in_it(page: Page, echoing: Sandbox) -> None:
    await page.click(".chat", "Sunday Circle")
    await page.say("/help me")
    await page.sees("echo: /help me", ".message.bot")
    await page.click(BO)
    await page.sees("@bo")
    await page.click(".chat", "Sunday Circle")
    await page.sees("Ana", ".message.other .sender")
    assert await page.ask("location.hash") == f"#/{BO_ID}/{SUNDAY_CIRCLE_ID}"


SLOW_READING = """(() => {
    const real = window.fetch;
    window.fetch = async (address, options) => {
        const answer = await real(address, options);
        const isReading = String(address).includes("/messages") && options?.method !== "POST";
        if (isReading) await new Promise((resolve) => setTimeout(resolve, 1000));
        return answer;
    };
})()"""
"""Lets a second pass between what the server says of a chat and the page's hearing it."""


async def test_what_comes_while_a_chat_is_being_loaded_is_shown(page: Page, echoing: Sandbox) -> None:
    await page.ask(SLOW_READING)
    await page.click(".chat", "Sunday Circle")
    await page.say("/help me")
    await page.sees("echo: /help me", ".message.bot")
    assert await page.count(".message.own") == 1


async def test_clock_travels_a_day_and_a_month(page: Page) -> None:
    await page.until("document.querySelector('#clock-side .clock-date').innerText")
    begun = await page.ask("import('/js/time.js').then((time) => time.dayKey(time.sandboxNow()))")
    await page.click("#clock-side button", "+1 day")
    days = f"Math.round((Date.parse(time.dayKey(time.sandboxNow())) - Date.parse('{begun}')) / 864e5)"
    travelled = f"await import('/js/time.js').then((time) => {days})"
    await page.until(f"({travelled}) === 1")
    await page.click("#clock-side button", "+1 month")
    await page.until(f"({travelled}) >= 29 && ({travelled}) <= 32")
    await page.until("document.querySelector('#clock-side').getAttribute('aria-busy') === 'false'")


async def test_month_later_keeps_the_hour_and_stays_in_the_month(page: Page) -> None:
    later = "import('/js/time.js').then((time) => time.monthLater(new Date('{}')))"
    assert await page.ask(later.format("2026-03-12T02:00:00Z")) == "2026-04-12T02:00:00.000Z"
    assert await page.ask(later.format("2026-03-30T23:00:00Z")) == "2026-04-29T23:00:00.000Z"
    assert await page.ask(later.format("2026-12-31T15:30:00Z")) == "2027-01-31T15:30:00.000Z"
    assert await page.ask(later.format("2027-01-31T02:00:00Z")) == "2027-02-28T02:00:00.000Z"


async def test_language_and_colours_follow_the_browser_until_chosen(look_at: OpenPage) -> None:
    async with look_at(Look(language="zh-CN", colours="dark")) as page:
        await page.sees("所有人的 PIN 都是 246810")
        assert await page.ask("document.documentElement.dataset.theme") == "dark"
        await page.click("#language")
        await page.sees("Everybody’s PIN is 246810")
        await page.click("#theme")
        await page.reload()
        await page.sees("Everybody’s PIN is 246810")
        assert await page.ask("document.documentElement.dataset.theme") == "light"


async def test_page_has_every_word_in_both_languages(page: Page) -> None:
    words = "import('/js/i18n.js').then((i18n) => i18n.languages.map((one) => i18n.keys(one).sort().join()))"
    english, chinese = await page.ask(words)
    assert english == chinese


async def test_everything_can_be_done_by_keyboard_alone(page: Page) -> None:
    await page.type("/b")
    await page.sees("/balance", "#commands")
    await page.misses("/help", "#commands")
    await page.press("ArrowDown")
    await page.press("ArrowDown")
    await page.press("Enter")
    await page.sees("Shall it be so?", "#messages")
    await page.press("ArrowUp")
    await page.press("ArrowRight")
    await page.press("Enter")
    await page.sees("This moves no money.", "dialog")
    await page.press("Escape")
    await page.until("document.activeElement.innerText === 'Explain'")
    await page.press("ArrowLeft")
    await page.press("Enter")
    await page.sees("It is done.", "#messages")
    await page.until("document.activeElement.id === 'draft'")
    await page.press("ArrowUp", "Control")
    await page.sees("It is done.", "#replying")
    await page.press("Escape")
    await page.until("document.querySelector('#replying').hidden")


async def test_menu_lists_the_bots_commands_and_sends_the_chosen_one(page: Page) -> None:
    await page.click("#menu")
    await page.sees("What you have", "#commands")
    await page.click("#talk-who")
    await page.until("document.querySelector('#commands').hidden")
    await page.click("#menu")
    await page.click(".command", "/help")
    await page.sees("echo: /help", "#messages")
    await page.until("document.querySelector('#commands').hidden")


async def test_tab_completes_a_command_for_its_arguments(page: Page) -> None:
    await page.type("/bor")
    await page.press("Tab")
    await page.say("3000 6")
    await page.sees("echo: /borrow 3000 6", "#messages")


async def test_phone_shows_one_pane_at_a_time(look_at: OpenPage, echoing: Sandbox) -> None:
    async with look_at(PHONE) as page:
        assert await page.ask("document.querySelector('#talk').checkVisibility()") is False
        await page.click(BO)
        await page.click(".chat", "Susu")
        await page.sees("Hello, 博", "#blank")
        assert await page.ask("document.querySelector('#chats').checkVisibility()") is False
        await page.click(".start")
        await page.sees("Welcome", ".message.bot")
        await page.click("#clock-chip")
        await page.sees("+1 month", "#clock-pop")
        await page.press("Escape")
        await page.click("#back")
        await page.until("document.querySelector('#chats').checkVisibility()")
        assert await page.ask("document.documentElement.scrollWidth") <= PHONE.width


async def test_phone_number_is_shared_by_the_bots_keyboard(page: Page) -> None:
    await page.say("/phone")
    await page.click(".reply-button", "Share my phone")
    await page.sees("447400123401", ".message.own .document")
    await page.sees("Thank you for the phone.", "#messages")
    await page.until("document.querySelector('#reply-keyboard').hidden")


async def test_stranger_moves_in_and_starts(page: Page) -> None:
    await page.click("#add-person")
    await page.say("Dara")
    await page.sees("Hello, Dara", "#blank")
    await page.click(".start")
    await page.sees("Welcome", ".message.bot")


async def test_link_into_the_bot_becomes_a_start_with_its_payload(page: Page) -> None:
    await page.say("/buttons")
    await page.click(".inline", "Invite")
    await page.sees("Welcome, payload ref_42", "#messages")
    outside = "[...document.querySelectorAll('a.inline')].map((link) => [link.href, link.rel].join())"
    assert await page.ask(outside) == ["https://example.org/terms,noopener noreferrer"]


async def test_picture_enlarges_and_document_can_be_saved(page: Page, echoing: Sandbox) -> None:
    await page.say("/files")
    await page.sees("statement.csv", ".document")
    await page.until("document.querySelector('.photo img')?.naturalWidth === 320")
    await page.click(".photo")
    await page.until("document.querySelector('dialog img')?.naturalWidth === 320")
    await page.press("Escape")
    await page.until("!document.querySelector('dialog')")
    saved = await page.ask("fetch(document.querySelector('a.document').href).then((answer) => answer.text())")
    assert saved == "day,amount\n"


async def test_names_and_texts_full_of_markup_are_shown_as_they_are(page: Page) -> None:
    await page.click("#add-person")
    await page.say(HOSTILE_NAME)
    await page.sees(f"Hello, {HOSTILE_NAME}", "#blank")
    await page.say("<script>alert(2)</script> javascript:alert(3)")
    await page.sees("echo: <script>alert(2)</script>", "#messages")
    assert await page.count("#app [onerror], #app script, #app [href^='javascript:'], #who img") == 0


async def test_only_what_telegram_allows_is_built_from_the_bots_html(page: Page) -> None:
    for html, built in BUILT_FROM.items():
        assert (
            await page.ask(f"""import('/js/render.js').then(({{ renderHtml }}) => {{
            const box = document.createElement('div');
            box.append(renderHtml({json.dumps(html)}, {{}}));
            return box.innerHTML;
        }})""")
            == built
        )
    page.faults.clear()  # parsing is under the page's policy too, which reports the style that it refused


async def test_long_chat_draws_only_what_is_new(page: Page, echoing: Sandbox) -> None:
    for number in range(100):
        await echoing.bot.send_message(BO_ID, f"line {number}")
    await page.until(f"document.querySelector(`{BO} .badge`)?.innerText === '99+'")
    await page.click(BO)
    await page.sees("line 99", "#messages")
    await page.ask("document.querySelectorAll('.message').forEach((node) => { node.drawnBefore = true; })")
    drawn = await page.count(".message")
    await page.say("one more")
    await page.sees("echo: one more", "#messages")
    fresh = "[...document.querySelectorAll('.message')].filter((node) => !node.drawnBefore).length"
    assert (await page.ask(fresh), await page.count(".message")) == (2, drawn + 2)
    assert await page.ask("document.querySelector('#jump').hidden")


async def test_page_comes_back_after_the_connection_was_lost(page: Page, echoing: Sandbox) -> None:
    await page.call("Network.enable")
    offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    await page.call("Network.emulateNetworkConditions", **offline)
    await page.say("hello?")
    await page.sees("Not sent", "#toasts")
    await page.call("Network.emulateNetworkConditions", **offline | {"offline": False})
    await echoing.bot.send_message(ANA_ID, "I am still here.")
    await page.sees("I am still here.", "#messages")
    page.faults.clear()  # the browser logs the failed request, which is what was asked for
