"""Settings, language, help, and the commands that Telegram offers."""

from __future__ import annotations

from finance_core.notices import pushed
from tests.conversations.harness import MOST_BUTTONS
from tests.conversations.whole_service import Susu


async def test_the_language_changes_at_once_and_for_what_is_pushed(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/language")
    await ana.sees("Choose your language")
    await ana.taps("中文")
    await ana.sees("您想做什么")
    await susu.gives(ana, 5)
    await ana.sees("🧾 充值 \\+¥5.00")
    await ana.says("/language")
    await ana.sees("请选择语言")
    await ana.taps("English")
    await ana.sees("What would you like to do")


async def test_each_setting_turns_over_and_says_how_it_stands(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/settings")
    await ana.sees("Settings.*Level 1.*Your time zone")
    for tapped, then in (
        ("Discreet notices: off", "Discreet notices: on"),
        ("Income notice: once a week", "Income notice: every morning"),
        ("Income notice: every morning", "Income notice: off"),
    ):
        await ana.taps(tapped)
        assert then in (await ana.sees("Settings")).labels


async def test_discreet_notices_show_no_sum(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/settings")
    await ana.sees("Settings")
    await ana.taps("Discreet notices: off")
    await ana.sees("Settings")
    await susu.gives(ana, 5)
    told = await ana.sees("a new message about your account")
    assert told.text == "You have a new message about your account."
    await ana.taps("Open", told)
    assert (await ana.sees(r"🧾 \+¥5.00 topped up")).json["message_id"] == told.json["message_id"]


async def test_a_discreet_notice_opens_for_its_person_only(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    await ana.says("/settings")
    await ana.sees("Settings")
    await ana.taps("Discreet notices: off")
    await ana.sees("Settings")
    await susu.gives(ana, 5)
    opens = (await ana.sees("a new message about your account")).data["Open"]
    row, him, her = int(opens.split(":")[1]), await susu.customer(bo), await susu.customer(ana)
    async with susu.units.begin() as unit:
        assert await pushed(unit, him.id, row) is None
        assert await pushed(unit, her.id, row) is not None


async def test_help_and_menu_and_cancel_are_always_there(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/help")
    assert "/borrow 3000 6" in await ana.sees("What Susu does")
    await ana.taps("Menu")
    await ana.sees("What would you like to do")
    await ana.says("/topup")
    await ana.sees("How much")
    await ana.says("cancel")
    await ana.sees("Cancelled. Nothing has moved")
    await ana.says("500")
    assert "Put ¥500" not in (await ana.sees("")).text


async def test_commands_are_offered_by_scope(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("博", language="zh")
    offered = await ana.commands()
    wanted = "start menu balance topup send request history borrow loans repay invest withdraw money statement settings"
    assert {*wanted.split(), "packet", "collect", "split", "tab", "bills", "language", "help", "cancel"} <= set(offered)
    group = await susu.sandbox.group("Sunday Circle", ana, bo)
    of_groups = "start split collect packet request circle language help"
    assert set(await ana.in_group(group).commands()) == set(of_groups.split())
    chats = await susu.sandbox.get("chats", person=bo.id)
    described = {one["command"]: one["description"] for one in chats[0]["commands"]}
    assert described["cancel"] == "退出当前操作"


async def test_the_time_zone_is_chosen_by_country_or_by_city(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/settings")
    settings = await ana.sees("Your time zone: Shanghai")
    assert len(settings.labels) <= 6
    await ana.taps("Time zone: Shanghai")
    offered = await ana.sees("Between 22:00 and 8:00 your time we send no messages")
    assert offered.labels[0].startswith("Shanghai · it is ")
    await ana.says("Nowhere Land")
    await ana.sees("We know no time zone called “Nowhere Land”")
    await ana.says("伦敦")
    found = await ana.sees("type a city")
    await ana.taps(found.labels[0])
    await ana.sees("Your time zone: London")
    assert (await susu.customer(ana)).zone == "Europe/London"


async def test_plain_switches_pictures_and_emoji_off_in_answers_and_in_what_is_pushed(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("/settings")
    card = await ana.sees("Settings")
    assert len(card.labels) == MOST_BUTTONS
    await ana.taps("Plain (no pictures, no emoji): off")
    assert "Plain (no pictures, no emoji): on" in (await ana.sees("Settings")).labels
    await ana.says("/borrow")
    assert {"Trader", "Harvest", "Group"} <= set((await ana.sees("You may borrow")).labels)
    await ana.says("/money")
    await ana.sees("My money ¥100.00")
    await ana.taps("Over time")
    assert not (await ana.sees("at the end of each day")).json.get("photo")
    await susu.gives(ana, 20)
    pushed = await ana.sees("\\+¥20.00 topped up")
    assert "🧾" not in pushed
    await ana.says("/settings")
    await ana.sees("Settings")
    await ana.taps("Plain (no pictures, no emoji): on")
    await ana.sees("Settings")
    await ana.says("/borrow")
    assert "🧺 Trader" in (await ana.sees("You may borrow")).labels
