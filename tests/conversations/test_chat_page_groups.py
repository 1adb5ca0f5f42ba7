"""The chat page's groups and inline mode in a headless Chromium: as Ana, 博 and Chidi use them, on a phone too."""

from __future__ import annotations

from bot.sandbox.people import ANA_ID, BO_ID, SUNDAY_CIRCLE_ID
from tests.conversations.browser import Page
from tests.conversations.chat_page import BO, PHONE, OpenPage, Sandbox
from tests.conversations.echo_bot import USERNAME

LONG_NAME = "<b>مجموعة</b> 🎉 " + "长长的名字" * 47
"""A group's name of 249 characters: markup, right to left, emoji."""


async def ask_members(page: Page) -> None:
    await page.click(".talk-group")
    await page.sees("Gatekeeper", ".members")


async def more_of(page: Page, message: str) -> None:
    """Open what can be done with a message, as a long press or the other button of the mouse does."""
    await page.until(f"document.querySelector('{message}:not(.pending) .stack')")
    press = "dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))"
    await page.ask(f"document.querySelector('{message} .stack').{press}")


async def test_inline_results_are_offered_sent_and_opened_in_a_chat_of_two(page: Page, echoing: Sandbox) -> None:
    await page.click(".chat", "博")
    await page.sees("without the bot", "#talk-who")
    await page.type(f"@{USERNAME} 20 for 5")
    await page.sees("Packet 20 for 5", "#results")
    await page.sees("Make a packet", "#results")
    await page.press("ArrowUp")
    await page.press("Enter")
    await page.sees("Red packet for 20 for 5", ".message.own")
    await page.sees(f"via @{USERNAME}", ".message.own .via")
    assert await page.ask("document.querySelector('#draft').value") == ""
    assert await page.ask("document.querySelector('.message.own .words strong').innerText") == "Red packet"
    await page.click(BO)
    await page.click(".chat", "Ana")
    await page.click(".inline", "Open")
    await page.sees("You got 0.32", "dialog")
    await page.press("Enter")
    await page.sees("1 of 5 opened", ".message.other")


async def test_results_go_when_the_draft_is_no_query_any_more(page: Page, echoing: Sandbox) -> None:
    await page.type(f"@{USERNAME} 5")
    await page.sees("Packet 5", "#results")
    await page.press("Enter")
    assert await page.count(".message") == 0, "a query is never sent as a message"
    await page.press("Escape")
    await page.until("document.querySelector('#results').hidden")


async def test_send_to_a_chat_lets_one_choose_among_the_allowed_chats(page: Page, echoing: Sandbox) -> None:
    await page.say("/packet")
    await page.click(".inline", "Send to a chat")
    await page.sees("Sunday Circle", "dialog")
    await page.sees("博", "dialog")
    await page.misses("Susu", "dialog")
    await page.click("dialog .chat", "Sunday Circle")
    await page.sees("Packet packet 7", "#results")
    assert await page.ask("location.hash") == f"#/{ANA_ID}/{SUNDAY_CIRCLE_ID}"
    await page.click(".result")
    await page.sees("Red packet for packet 7", ".message.own")


async def test_button_above_the_results_leads_into_the_private_chat(page: Page, echoing: Sandbox) -> None:
    await page.click(".chat", "Sunday Circle")
    await page.type(f"@{USERNAME} ")
    await page.click(".results-button", "Make a packet")
    await page.sees("Welcome, payload packet-new", ".message.bot")


async def test_answer_of_a_tap_may_lead_into_the_private_chat(page: Page, echoing: Sandbox) -> None:
    await echoing.bot.send_message(SUNDAY_CIRCLE_ID, "Anybody?")
    await page.click(".chat", "Sunday Circle")
    await page.say("/board")
    await page.click(".inline", "In private")
    await page.sees("Welcome, payload packet_7", ".message.bot")
    assert await page.ask("location.hash") == f"#/{ANA_ID}/{ANA_ID}"


async def test_members_panel_makes_admins_hides_names_and_removes(page: Page, echoing: Sandbox) -> None:
    await page.click(".chat", "Sunday Circle")
    await ask_members(page)
    await page.sees("3 members", ".members")
    await page.click(".member:first-child .deed", "Admin without pins")
    await page.sees("administrator, may not pin", ".members")
    await page.click(".member:first-child .deed", "Make admin")
    await page.sees("administrator, may pin", ".members")
    await page.click(".member .deed", "Anonymous")
    await page.sees("anonymous", ".members")
    await page.click(".member .deed", "Remove")
    await page.sees("not a member", ".members")
    await page.press("Escape")
    await page.sees("Sunday Circle removed", "#messages")
    await page.say("/help")
    await page.sees("Sunday Circle", ".message.own .sender")


async def test_pinned_board_is_shown_above_the_messages(page: Page, echoing: Sandbox) -> None:
    await page.click(".chat", "Sunday Circle")
    await ask_members(page)
    await page.click(".member:first-child .deed", "Take rights away")
    await page.click(".member:first-child .deed", "Make admin")
    await page.sees("administrator, may pin", ".members")
    await page.press("Escape")
    await page.say("/board")
    await page.sees("Round 1: waiting", "#pinned")
    await page.sees("Susu pinned a message", "#messages")
    await page.click("#pinned")
    await page.until("document.querySelector('.message.found .meta .icon')")
    await page.ask(
        "document.querySelector('.message.bot .stack').dispatchEvent(new MouseEvent('contextmenu', {bubbles: true}))"
    )
    await page.click("dialog .deed", "Delete")
    await page.until("document.querySelector('#pinned').hidden")


async def test_group_becomes_a_supergroup_under_ones_eyes_and_its_old_buttons_work(
    page: Page, echoing: Sandbox
) -> None:
    await page.click(".chat", "Sunday Circle")
    await page.say("/board")
    await page.sees("Round 1: waiting", ".message.bot")
    await ask_members(page)
    await page.click(".deed", "Become a supergroup")
    await page.sees("supergroup", "#talk-who")
    await page.sees("The group became a supergroup", "#messages")
    await page.until(f"location.hash.startsWith('#/{ANA_ID}/-100')")
    await page.ask("document.querySelector('dialog')?.close()")
    await page.click(".inline", "Open")
    await page.sees("You got 0.32", "dialog")
    await page.press("Enter")
    await page.say("/help here")
    await page.sees("echo: /help here", "#messages")


async def test_message_is_edited_and_forwarded_to_another_chat(page: Page, echoing: Sandbox) -> None:
    await page.click(".chat", "博")
    await page.say("lunch is 30")
    await page.sees("lunch is 30", ".message.own")
    await more_of(page, ".message.own")
    await page.click("dialog .deed", "Edit")
    await page.until("document.querySelector('dialog textarea')")
    await page.ask("document.querySelector('dialog textarea').value = 'lunch is 33'")
    await page.click("dialog .primary")
    await page.sees("lunch is 33", ".message.own")
    await more_of(page, ".message.own")
    await page.click("dialog .deed", "Forward")
    await page.click("dialog .chat", "Susu")
    await page.sees("↪ Ana", ".message.own")
    await page.sees("echo: lunch is 33", ".message.bot")


async def test_long_names_of_any_script_keep_to_the_width_of_a_phone(look_at: OpenPage, echoing: Sandbox) -> None:
    async with look_at(PHONE) as page:
        await page.click("#add-group")
        await page.until("document.querySelector('dialog [name=title]')")
        await page.ask(f"document.querySelector('dialog [name=title]').value = {LONG_NAME!r}")
        await page.click("dialog .primary")
        await page.sees("members", "#talk-who")
        await page.say("/help")
        await page.sees("echo: /help", ".message.bot")
        assert await page.ask("document.documentElement.scrollWidth") <= PHONE.width
        await ask_members(page)
        assert await page.ask(
            "document.querySelector('.members').scrollWidth <= document.querySelector('.members').clientWidth"
        )
        await page.press("Escape")
        await page.click("#back")
        await page.sees("مجموعة", "#chats")
        assert await page.count("#chats b") == 0
        assert await page.ask("document.documentElement.scrollWidth") <= PHONE.width


async def test_a_channel_is_read_by_all_and_written_in_by_its_admins(look_at: OpenPage, echoing: Sandbox) -> None:
    async with look_at(PHONE) as page:
        body = f"{{method: 'POST', body: JSON.stringify({{title: 'News', admins: [{ANA_ID}], members: [{BO_ID}]}})}}"
        assert await page.ask(f"fetch('/sandbox/channels', {body}).then((answer) => answer.status)") == 200
        await page.sees("News", "#chats")
        await page.click(".chat", "News")
        await page.sees("channel · 2 members", "#talk-who")
        await page.say("Rates rise")
        await page.sees("Rates rise", ".message.own")
        await page.sees("News", ".message.own .sender")
        await page.click("#back")
        await page.click(BO)
        await page.click(".chat", "News")
        await page.sees("Rates rise", ".message.other")
        await page.sees("Only the admins of this channel post here", "#notice")
        assert await page.ask("document.querySelector('#composer').hidden") is True
        await ask_members(page)
        await page.sees("channel · 2 members", ".members")
        assert await page.ask("document.documentElement.scrollWidth") <= PHONE.width


async def test_somebody_joins_from_elsewhere_and_the_page_knows(page: Page, echoing: Sandbox) -> None:
    await page.click("#add-person")
    await page.say("Dara")
    await page.sees("Hello, Dara", "#blank")
    dara = int(str(await page.ask("location.hash.split('/')[1]")))
    path = f"/sandbox/groups/{SUNDAY_CIRCLE_ID}/members"
    body = f"{{method: 'POST', body: JSON.stringify({{id: {dara}, action: 'join', by: {ANA_ID}}})}}"
    await page.ask(f"fetch('{path}', {body}).then((answer) => answer.status)")
    await page.sees("Sunday Circle", "#chats")
    body = f"{{method: 'POST', body: JSON.stringify({{id: {dara}, action: 'kick', by: {ANA_ID}}})}}"
    await page.ask(f"fetch('{path}', {body}).then((answer) => answer.status)")
    await page.misses("Sunday Circle", "#chats")


async def test_voice_sticker_and_place_are_sent_from_the_message_box(page: Page, echoing: Sandbox) -> None:
    await page.click(".chat", "博")
    for kind, seen in (("Voice message", "🎤 0:03"), ("Sticker", "🙂"), ("Place", "📍 31.2304, 121.4737")):
        await page.click("#attach")
        await page.click("dialog .deed", kind)
        await page.sees(seen, "#messages")
