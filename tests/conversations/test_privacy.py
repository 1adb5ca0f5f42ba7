"""Consents, what is held on a person, the file of it, and the end of an account, in the chat."""

from __future__ import annotations

import io
import json
from zipfile import ZipFile

from sqlalchemy import text

from finance_core.customers import consents
from tests.conversations.harness import Person, Seen
from tests.conversations.whole_service import PIN, Susu


async def offers_of(susu: Susu, person: Person) -> list[str]:
    async with susu.units.begin() as unit:
        return list(await consents.given_offers(unit, (await susu.customer(person)).id))


async def asks_for_the_file(person: Person, told: str = "We're putting it together") -> None:
    await person.says("/privacy")
    await person.sees("What we hold about you")
    await person.taps("Download all my data")
    await person.sees("Send you everything we hold about you as one ZIP")
    await person.taps("Confirm")
    await person.sees("PIN")
    await person.says(PIN)
    await person.sees(told)


async def document(susu: Susu, message: Seen) -> bytes:
    return (await susu.sandbox.http.get(message.json["document"]["url"])).content


async def test_each_consent_stands_in_the_settings_and_turns_over_by_a_tap(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/settings")
    await ana.sees("Settings")
    await ana.sees("What you have agreed to")
    await ana.taps("Loan offers: off")
    shown = await ana.sees("What you have agreed to")
    assert "Loan offers: on" in shown.labels
    assert await offers_of(susu, ana) == ["loans"]
    await ana.taps("Loan offers: on")
    await ana.sees("What you have agreed to")
    assert await offers_of(susu, ana) == []
    await ana.taps("consentrest")
    rest = await ana.sees("More that you decide")
    assert {"Fewer offers: off", "No loans for me: off"} <= set(rest.labels)
    await ana.taps("Fewer offers: off", rest)
    assert "Fewer offers: on" in (await ana.sees("More that you decide")).labels
    await ana.taps("Credit bureau: withdraw")
    await ana.sees("you haven't agreed, so we don't ask")
    await ana.says("/borrow 1000 6")
    await ana.sees("All-in annual rate")
    await ana.taps("Confirm")
    await ana.sees("May we check your credit record")


async def test_stop_ends_all_offers_at_once_and_asks_only_then_whether_some_should_stay(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("博", language="zh")
    for person, word, told, stays in (
        (ana, "unsubscribe", "No more offers from now on.*Keep any of them", "Offers of saving and funds: off"),
        (bo, "退订", "已退订.*想保留哪些", "存款和基金优惠：关"),
    ):
        async with susu.units.begin() as unit:
            me = (await susu.customer(person)).id
            wording = consents.Wording("yes", "1", "en", "settings")
            await consents.choose_all(unit, me, consents.OFFERS, wording, given=True)
        await person.says(word)
        await person.sees(told)
        assert await offers_of(susu, person) == []
        await person.taps(stays)
        await person.sees("Keep any of them|想保留哪些")
        assert await offers_of(susu, person) == ["saving"]
    for person, words in ((ana, ("stop", "No more offers!", "/stop")), (bo, ("不要再发", "不要再发广告了"))):
        for word in words:
            await person.says(word)
            await person.sees("No more offers from now on|已退订")


async def test_privacy_says_what_is_held_and_leads_to_the_file_which_takes_the_pin(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await susu.gives(ana, 50)
    await ana.sees("topped up")
    await ana.says("/borrow 1000 6")
    await ana.sees("All-in annual rate")
    await ana.taps("Confirm")
    await ana.sees("PIN")
    await ana.says(PIN)
    await ana.sees("1,000.00")
    await ana.says("/privacy")
    told = await ana.sees("What we hold about you.*Contracts.*who looked at your data")
    assert {"Download all my data", "Terms", "Prices", "Close my account"} <= set(told.labels)
    await asks_for_the_file(ana)
    came = await ana.sees("Everything we hold about you, as of now")
    await asks_for_the_file(ana, "You asked for it at .* another one an hour later")
    assert came.json["document"]["name"].endswith(".zip")
    content = await document(susu, came)
    with ZipFile(io.BytesIO(content)) as archive:
        held = {each: archive.read(each) for each in archive.namelist()}
    [me] = json.loads(held["customer.json"])
    assert (me["name"], me["has_pin"]) == ("Ana", True)
    assert "pin_hash" not in me
    assert [moved["amount"] for moved in json.loads(held["movements.json"])] == [5_000, 100_000]
    [signed] = json.loads(held["loan_contract.json"])
    assert "Ana" in signed["text"]
    assert sorted(name.partition("/")[0] for name in held if name.endswith(".pdf")) == ["contracts", "statements"]
    assert held["movements.csv"].startswith(b"reference,")
    assert b"Everything Susu holds about you" in held["README.txt"]
    me_id = (await susu.customer(ana)).id
    async with susu.units.begin() as unit:
        asked = text("SELECT count(*) FROM data_export WHERE customer_id = :id")
        assert await unit.session.scalar(asked, {"id": me_id}) == 1


async def test_closing_names_what_stands_in_the_way_and_is_thought_better_of(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await susu.gives(ana, 5)
    await ana.sees("topped up")
    await ana.says("/privacy")
    await ana.sees("What we hold about you")
    await ana.taps("Close my account")
    await ana.sees("Close your account.*Still open.*money in your wallet: ¥5.00.*Deleted:.*Kept, by a number")
    await ana.taps("Confirm")
    await ana.sees("PIN")
    await ana.says(PIN)
    await ana.sees("account is closing.*Still open: money in your wallet")
    await ana.says("/privacy")
    await ana.sees("is to be closed, from")
    await ana.taps("Keep my account")
    await ana.sees("You keep your account")


async def test_terms_and_prices_are_read_before_one_agrees_and_as_papers(susu: Susu) -> None:
    ana, bo = await susu.stranger("Ana"), await susu.stranger("博", "zh")
    for person, language, agree, terms, prices, paper in (
        (ana, "English", "Do you agree to the terms", "Terms", "Prices", "Download PDF"),
        (bo, "中文", "您同意服务条款吗", "服务条款", "价目表", "下载PDF"),
    ):
        await person.says("/start")
        await person.sees("Welcome to Susu")
        await person.taps(language)
        await person.sees(agree)
        await person.taps(terms)
        assert await person.sees("within 15 days|15天内")
        await person.taps(paper)
        assert (await document(susu, await person.sees(f"^{terms}$"))).startswith(b"%PDF")
        await person.says("/prices")
        told = await person.sees("All-in 7.55% to|综合年化利率 7.55% 至")
        assert "Steady" in told.text or "稳" in told.text
        await person.taps(paper)
        assert (await document(susu, await person.sees(f"^{prices}$"))).startswith(b"%PDF")


async def test_in_a_group_nothing_of_it_is_told_or_sent(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    group = await susu.sandbox.group("Sunday Circle", ana, bo)
    there = ana.in_group(group)
    for command in ("/privacy", "/consents", "/settings"):
        await there.says(command)
        await there.sees("private")
    me = (await susu.customer(ana)).id
    async with susu.units.begin() as unit:
        asked = text("SELECT count(*) FROM data_export WHERE customer_id = :id")
        assert await unit.session.scalar(asked, {"id": me}) == 0


async def test_a_card_of_the_file_is_its_owners_and_without_the_pin_nothing_is_made(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/privacy")
    await ana.sees("What we hold about you")
    await ana.taps("Download all my data")
    await ana.sees("as one ZIP")
    await ana.taps("Confirm")
    await ana.sees("PIN")
    await ana.says("000000")
    await ana.sees("Wrong PIN|wrong")
    me = (await susu.customer(ana)).id
    async with susu.units.begin() as unit:
        asked = text("SELECT count(*) FROM data_export WHERE customer_id = :id")
        assert await unit.session.scalar(asked, {"id": me}) == 0


async def test_who_has_not_joined_closes_keeps_and_closes_again_on_one_day(susu: Susu) -> None:
    neo = await susu.sandbox.person("Neo", language="en")
    await neo.says("/start")
    await neo.sees("Choose your language")
    for _ in range(2):
        await neo.says("/privacy")
        await neo.taps("Close my account", await neo.sees("What we hold about you"))
        await neo.taps("Yes, close it", await neo.sees("Close your account"))
        await neo.taps("Keep my account", await neo.sees("Your account is closing"))
        await neo.sees("✅ You keep your account.")
