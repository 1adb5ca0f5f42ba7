"""The account in the chat: another PIN, a recovery code, a document, a phone, limits; nothing secret stays there."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from bot.delivery.brief import BriefMessages
from bot.delivery.push import delivery_bot
from finance_core.account import identity
from finance_core.customers import operators
from finance_core.customers.freezing import freeze_of
from finance_core.customers.pin import PinOutcome, try_pin
from finance_core.customers.queries import locked
from finance_core.customers.roles import Role
from finance_core.customers.service import phone_associated_data
from finance_core.loans.origination import self_limits
from finance_core.loans.origination.models import KeptSelfLimit
from tests.builders import CIPHER
from tests.conversations.pictures import flat_png, png_that_says, with_a_place
from tests.conversations.sending import shows_picture
from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from finance_core.storage.unit import Unit
    from tests.conversations.harness import Person, Seen
    from tests.conversations.whole_service import Susu

NEW = "731904"
_update_ids = count(970_000_001)


async def confirms(person: Person) -> None:
    """Tap Confirm and type the PIN."""
    await person.taps("Confirm")
    await person.sees("○○○○○○")
    await person.says(PIN)


async def taps_once_more(susu: Susu, person: Person, card: Seen, data: str) -> None:
    """Tap a button that the card has no more: the tap was on its way when the card changed."""
    user = {"id": person.id, "is_bot": False, "first_name": person.name}
    message = {"message_id": card.id, "date": 1, "chat": {"id": person.chat_id, "type": "private"}, "text": "card"}
    query: dict[str, Any] = {"id": "78", "from": user, "chat_instance": "1", "message": message, "data": data}
    await susu.inbox.store([{"update_id": next(_update_ids), "callback_query": query}])


async def an_operator(susu: Susu, name: str, role: Role) -> Person:
    person = await susu.resident(name)
    customer = await susu.customer(person)
    async with susu.units.begin() as unit:
        await operators.grant(unit, customer.id, role)
    return person


async def said_by(person: Person) -> list[str]:
    """Return what a person's own messages say that are still in the chat."""
    seen = await person.messages()
    return [one.text for one in seen if not one.json["from_bot"] and not one.json["deleted"]]


async def pictures_left(person: Person) -> int:
    """Return how many pictures of a person's own are still in the chat."""
    own = [one.json for one in await person.messages() if not one.json["from_bot"] and not one.json["deleted"]]
    return sum(bool(one.get("photo") or one.get("document")) for one in own)


async def pictures_shown(person: Person) -> int:
    """Return how many pictures of the bot's are left in the chat."""
    shown = [one.json for one in await person.messages() if one.json["from_bot"] and not one.json["deleted"]]
    return sum(bool(one.get("photo")) for one in shown)


async def test_a_pin_is_changed_with_the_old_one_and_weak_ones_are_refused(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/settings")
    await ana.sees("Settings")
    await ana.taps("My account")
    await ana.sees("Recovery code: not set")
    await ana.taps("Change PIN")
    card = await ana.sees("Change your PIN")
    await confirms(ana)
    await ana.sees("Type your new PIN")
    for weak in ("123456", "000000", "147258"):
        await ana.says(weak)
        await ana.sees("too easy to guess")
    await ana.says(PIN)
    await ana.sees("That is the PIN you have")
    await ana.says(NEW)
    await ana.sees("Once more")
    await ana.says("731905")
    await ana.sees("The two don't match")
    for _ in range(2):
        await ana.says(NEW)
    await ana.sees("Your new PIN is set")
    await ana.sees("Your PIN was changed on")
    await taps_once_more(susu, ana, card, card.data["Confirm"])
    await ana.sees("Your PIN is changed already")
    assert not {NEW, PIN, "123456", "731905"} & set(await said_by(ana))
    customer = await susu.customer(ana)
    assert (await try_pin(susu.units, CIPHER, customer.id, NEW)).outcome == PinOutcome.RIGHT


async def test_a_second_tap_on_the_card_of_another_pin_asks_for_nothing_that_is_not_awaited(susu: Susu) -> None:
    bo = await susu.resident("博", language="zh")
    await bo.says("/pin")
    card = await bo.sees("更改密码？")
    confirm = card.data["确认"]
    await bo.taps("确认", card)
    await bo.sees("○○○○○○")
    await bo.says(PIN)
    await bo.sees("请输入6位新密码")
    await bo.says("/cancel")
    await bo.sees("已取消")
    await taps_once_more(susu, bo, card, confirm)
    await bo.sees("密码没有更改")


async def test_a_recovery_code_is_shown_once_and_counts_when_it_is_out_of_the_chat(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("Recovery code")
    card = await ana.sees("Make a recovery code")
    await confirms(ana)
    shown = await ana.sees("Your recovery code:")
    code = next(word for word in shown.text.split() if word.count("-") == 3)
    await ana.taps(card.data["Confirm"], shown)
    assert code not in (await ana.sees("shown only once")).text
    await ana.says("Recovery code")
    await ana.sees("Make a recovery code")
    await confirms(ana)
    await ana.sees("Your recovery code:")
    await ana.taps("I have written it down")
    await ana.sees("works now")
    assert not [one for one in await ana.messages() if one.text.count("-") >= 3]


async def hands_in(ana: Person, number: str = "E12345678") -> None:
    await ana.says("/verify")
    await ana.sees("Verify your identity")
    await ana.taps("Passport")
    await ana.sees("type its number")
    await ana.says(number)
    await ana.sees("Until when is it valid")
    await ana.says("1 May 2031")
    await ana.sees("all four corners")
    await shows_picture(ana, with_a_place(), "send a selfie")
    await shows_picture(ana, with_a_place(), "Submit your document", as_file=True)
    await confirms(ana)
    await ana.sees("Submitted")


async def test_a_document_and_a_selfie_lead_to_level_2_and_leave_nothing_in_the_chat(susu: Susu) -> None:
    ana, wei = await susu.resident("Ana"), await an_operator(susu, "Wei", Role.CREDIT_OFFICER)
    await hands_in(ana)
    assert await pictures_left(ana) == 0
    assert "E12345678" not in await said_by(ana)
    waits = await wei.sees(r"A document is waiting for review")
    await wei.taps("Open", waits)
    card = await wei.sees(r"Nobody else has shown this number")
    assert "E12345678" in card
    await wei.taps("Approve", card)
    await wei.sees("They move to level 2")
    await confirms(wei)
    await wei.taps("Open", await wei.sees("Open the pictures first"))
    card = await wei.sees(r"Nobody else has shown this number")
    await wei.taps("Open the pictures", card)
    await wei.sees("The document")
    again = await wei.sees("Document #")
    customer = await susu.customer(ana)
    check = await susu.value("SELECT max(id) FROM identity_check WHERE customer_id = :id", id=customer.id)
    async with susu.units.begin() as unit:
        opened = await identity.open_pictures(unit, CIPHER, check, (await susu.customer(wei)).id)
    assert len(opened) == 2
    assert all(b"Exif" not in each.content and b"taken at home" not in each.content for each in opened)
    calls = await susu.sandbox.calls("sendPhoto")
    shown = [call["parameters"] for call in calls if str(call["parameters"]["chat_id"]) == str(wei.id)]
    assert [each.get("protect_content") in (True, "true", "True") for each in shown] == [True, True]
    assert await pictures_shown(wei) == 2
    await wei.taps("Open the pictures", again)
    again = await wei.sees("Document #")
    assert await pictures_shown(wei) == 2, "opened again, those of before go"
    await wei.taps("Approve", again)
    await wei.sees("They move to level 2")
    await confirms(wei)
    await wei.sees("is approved")
    assert await pictures_shown(wei) == 0
    await ana.sees("you're at level 2 now")
    await ana.says("/limits")
    limits = await ana.sees("Your limits")
    assert "¥200,000.00" in limits
    assert "highest level" in limits


async def test_pictures_that_nobody_decides_on_go_from_the_officers_chat_within_the_hour(susu: Susu) -> None:
    ana, wei = await susu.resident("Ana"), await an_operator(susu, "Wei", Role.CREDIT_OFFICER)
    await hands_in(ana, "G5555555")
    await wei.taps("Open", await wei.sees("A document is waiting for review"))
    await wei.taps("Open the pictures", await wei.sees("Document #"))
    await wei.sees("Document #")
    async with delivery_bot(susu.sandbox.token, susu.sandbox.url) as bot:
        briefly = BriefMessages(susu.units, bot)
        assert (await briefly.take_out(), await pictures_shown(wei)) == (0, 2)  # none is due yet
        async with susu.units.begin() as unit:
            sooner = "UPDATE anchor SET name = overlay(name placing '000' from 7) WHERE starts_with(name, 'brief:')"
            await unit.session.execute(text(sooner))
        await susu.sandbox.fault("500", method="deleteMessage", chat_id=wei.chat_id, times=100)
        await briefly.take_out()
        await susu.sandbox.heal()
        assert await pictures_shown(wei) == 2
        assert await briefly.take_out() >= 2  # other conversations may have left some
        assert await pictures_shown(wei) == 0
        assert await briefly.take_out() == 0


async def test_anothers_number_is_told_to_the_officer_alone_and_a_refusal_says_what_to_do(susu: Susu) -> None:
    ana, eve = await susu.resident("Ana"), await susu.resident("Eve")
    wei = await an_operator(susu, "Wei", Role.CREDIT_OFFICER)
    await hands_in(ana, "K7654321")
    await hands_in(eve, "k76-54 321")
    customer = await susu.customer(eve)
    check = await susu.value("SELECT max(id) FROM identity_check WHERE customer_id = :id", id=customer.id)
    await wei.says("/identities")
    await wei.sees("Documents waiting")
    await wei.taps(f"#{check}")
    assert "Ana" in await wei.sees("The same number was shown by")
    await wei.taps("Refuse")
    await wei.sees("Why is it refused")
    await wei.taps("More")
    await wei.taps("Can't be confirmed", await wei.sees("Why is it refused"))
    await wei.sees("The person is told")
    await wei.taps("Confirm")
    await wei.sees("is refused")
    told = await eve.sees("wasn't accepted")
    assert "We couldn't confirm it" in told
    assert not [one for one in await eve.messages() if "Ana" in one.text or "same number" in one.text]
    async with susu.units.begin() as unit:
        blocked = await self_limits.block(unit, customer.id, 30)
    await wei.says("/identities")
    await wei.sees("Documents waiting")
    await wei.taps(f"#{check - 1}")
    await wei.taps("Open the pictures", await wei.sees("The same number was shown by"))
    await wei.taps("Approve", await wei.sees("The same number was shown by"))
    await wei.sees("They move to level 2")
    await confirms(wei)
    await wei.sees("is approved")
    async with susu.units.begin() as unit:
        until = await self_limits.blocked_until(unit, (await susu.customer(ana)).id)
        assert until == blocked.no_lending_until, "of another account under the same document"


async def test_what_is_no_picture_a_bomb_and_20_mb_get_a_sentence_each_and_lose_nothing(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/verify")
    await ana.taps("Identity card", await ana.sees("Verify your identity"))
    await ana.sees("type its number")
    await ana.says("no number")
    await ana.sees("isn't a number of such a document")
    await ana.says("310101199001011234")
    await ana.sees("Until when is it valid")
    await ana.says("someday")
    await ana.sees("can't read that date")
    await ana.says("2020-05-01")
    await ana.sees("not valid any more")
    await ana.says("2031年5月1日")
    await ana.sees("all four corners")
    for content, words in (
        (b"I am a passport", "We can't read that picture"),
        (png_that_says(b"IDAT", b"", width=50_000, height=50_000), "too large"),
        (bytes(20 * 1024 * 1024), "too large"),
        (flat_png(20, 20, (1, 2, 3)), "too small"),
    ):
        await shows_picture(ana, content, words, as_file=True)
    await ana.says("what now")
    await ana.sees("all four corners")
    await shows_picture(ana, with_a_place(), "send a selfie")
    assert await pictures_left(ana) == 0


async def test_a_phone_is_changed_with_the_pin_and_held_afterwards(susu: Susu) -> None:
    bo = await susu.resident("博", language="zh", money=100)
    await bo.says("/phone")
    await bo.sees("更换手机号？")
    await bo.taps("确认")
    await bo.sees("○○○○○○")
    await bo.says(PIN)
    await bo.sees("分享新手机号")
    customer = await susu.customer(bo)
    async with susu.units.begin() as unit:  # somebody had it who was erased, and wanted to be lent nothing
        until = unit.open_on + timedelta(days=30)
        person = CIPHER.fingerprint(bo.json["phone"])
        unit.session.add(
            KeptSelfLimit(person_hash=person, no_lending_until=until, no_loans=False, kept_on=unit.open_on)
        )
    await bo.shares_contact()
    await bo.sees("新手机号已登记")
    async with susu.units.begin() as unit:
        assert await self_limits.blocked_until(unit, customer.id) == until
    assert "不是我本人" in (await bo.sees("尾号")).labels
    await bo.says("/withdraw 10")
    await bo.sees("72 小时内不能转出|小时内不能转账或提现")
    await bo.taps("不是我本人")
    await bo.sees("已撤销。为安全起见，账户已冻结")


async def test_an_account_moves_to_another_telegram_and_comes_back_from_the_old_chat(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    anew = await susu.stranger("Ana anew")
    customer = await susu.customer(ana)
    card = {"phone_number": anew.json["phone"].lstrip("+"), "first_name": "Ana", "user_id": anew.id}
    async with susu.units.begin() as unit:  # Telegram has her number on the new phone now
        await held_phone(unit, customer.id, anew.json["phone"])
    await anew.says("/start")
    await anew.says("/move")
    await anew.sees("Your account can move to this Telegram")
    await anew.shares_contact(card)
    await anew.sees("Type the PIN of your account")
    await anew.says("999990")
    await anew.sees("Wrong PIN")
    await anew.says(PIN)
    await anew.sees("Your account is here now")
    assert (await susu.customer(anew)).id == customer.id
    assert not {PIN, "999990"} & set(await said_by(anew))
    told = await ana.sees("moved to another Telegram")
    await ana.taps("It wasn't me", told)
    await ana.sees("Undone")
    await ana.taps("It wasn't me", told)
    await ana.sees("stopped already.*We froze your account on")
    back = await susu.customer(ana)
    assert back.id == customer.id
    async with susu.units.begin() as unit:
        assert await freeze_of(unit, customer.id) is not None


async def held_phone(unit: Unit, customer_id: int, phone: str) -> None:
    """Let an account hold a phone."""
    customer = await locked(unit, customer_id)
    customer.phone_sealed = CIPHER.encrypt(phone.encode(), phone_associated_data(customer_id))
    customer.phone_hash = CIPHER.fingerprint(phone)
