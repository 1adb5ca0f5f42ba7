"""The whole way in Chinese: from the first card to the loan paid, money sent and taken, history and settings."""

from __future__ import annotations

import re

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

LATIN_WORD = re.compile(r"[A-Za-z]{4,}")


async def says_pin(person: Person) -> None:
    await person.taps("确认")
    await person.sees("请输入密码")
    await person.says(PIN)


async def test_a_loan_from_the_sentence_to_the_settlement(susu: Susu) -> None:
    bo = await susu.resident("博", language="zh", money=500)
    await bo.says("借3000分6期")
    card = await bo.sees("综合年化利率 19.86%")
    assert card.text.startswith("综合年化利率")
    assert "借 ¥3,000.00，分6期" in card
    assert "首期 2026年4月12日" in card
    await says_pin(bo)
    await bo.sees("¥3,000.00 已到钱包，合同已签署.*S[A-Z2-9]{3}-")
    await bo.says("我欠多少")
    await bo.sees("借款 ¥3,000.00 · 综合年化利率 19.86%.*今天没有应还款项.*下一期：.*应还 ¥527.13")
    await bo.says("还200")
    await bo.sees("还款 ¥200.00？")
    await bo.taps("确认")
    await bo.sees("已还款 ¥200.00.*S[A-Z2-9]{3}-")
    await bo.says("还款")
    choices = await bo.sees("请点选")
    await bo.taps(next(label for label in choices.labels if label.startswith("全部结清")))
    await bo.sees("结清全部借款")
    await bo.taps("确认")
    await bo.sees("借款已结清")
    assert await susu.balance(bo) == yuan(500)
    await susu.verified()


async def test_money_is_sent_taken_asked_for_and_refused(susu: Susu) -> None:
    bo, li = [await susu.resident(name, language="zh", money=100) for name in ("博", "李")]
    await bo.says(f"转50给@{li.json['username']} 午饭")
    await bo.sees("转 ¥50.00 给 李.*手续费 ¥0.00 · 转后余额 ¥50.00")
    await says_pin(bo)
    await bo.sees("¥50.00 已转出")
    await li.sees("博 转给您 ¥50.00")
    await li.taps("收取")
    await li.sees("¥50.00 已到钱包")
    await bo.sees("李已收取您转的 ¥50.00")
    await bo.says(f"/request @{li.json['username']} 20")
    await bo.sees("向 李 .*收 ¥20.00？")
    await bo.taps("确认")
    await bo.sees("已发起收款")
    await li.sees("博 向您收 ¥20.00")
    await li.taps("拒绝")
    await bo.sees("李拒绝了您的收款请求（¥20.00）")
    assert (await susu.balance(bo), await susu.balance(li)) == (yuan(50), yuan(150))


async def test_a_first_application_in_chinese(susu: Susu) -> None:
    bo = await susu.resident("博", language="zh", has_applied=False)
    await bo.says("/borrow 1000 3")
    await bo.sees("综合年化利率")
    await bo.taps("确认")
    await bo.sees("年满18周岁")
    await bo.taps("是")
    await bo.sees("每月收入")
    await bo.says("六千")
    await bo.sees("其他贷款")
    await bo.says("没有")
    await bo.sees("征信")
    await bo.taps("是")
    await bo.sees("综合年化利率")
    await says_pin(bo)
    await bo.sees("¥1,000.00 已到钱包")


async def test_nothing_in_the_chinese_chat_is_left_in_english(susu: Susu) -> None:
    bo = await susu.resident("博", language="zh", money=100)
    for words in (
        *("/menu", "/balance", "/money", "/history", "/statement", "/loans", "/repay", "/invest", "/withdraw"),
        *("/topup", "/send", "/request", "/settings", "今天天气怎么样", "/topup NaN", "/send @nobody_here 5"),
    ):
        await bo.says(words)
        answer = await bo.sees("")
        shown = re.sub(r"@\w+|https?://\S+|/\w+|S[A-Z2-9]{3}-[A-Z2-9]{4}|\(CSV\)|Asia/\w+", "", answer.text)
        english = [word for word in LATIN_WORD.findall(f"{shown} {' '.join(answer.labels)}") if word != "English"]
        assert english == [], (words, answer.text, answer.labels)
