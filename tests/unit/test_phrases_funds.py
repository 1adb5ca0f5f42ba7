"""What is meant of funds at an unknown price, in both languages; and that nothing else is taken for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handlers.chat.meaning import as_said, meaning_of
from handlers.chat.questions import Question
from handlers.phrases.readers.funds import fund_act
from handlers.phrases.topics.sources import COMMANDS

SETS = Path(__file__).parents[1] / "phrases"
BOTH = {"fund": "steady bonds", "to": "even mix"}
ZH_BOTH = {"fund": "稳健债基", "to": "均衡混合"}


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("switch 500 from Steady Bonds to Even Mix", "fund_switch", {**BOTH, "amount": "500"}),
        ("Switch 500 into Even Mix from Steady Bonds", "fund_switch", {**BOTH, "amount": "500"}),
        ("move 500 units of steady bonds into even mix", "fund_switch", {**BOTH, "amount": "500"}),
        ("exchange all my steady bonds for even mix", "fund_switch", {**BOTH, "all": "yes"}),
        ("switch into even mix", "fund_switch", {"to": "even mix"}),
        ("swap bonds for shares", "fund_switch", {"fund": "bonds", "to": "shares"}),
        ("switch my funds", "fund_switch", {}),
        ("转换500份稳健债基到均衡混合", "fund_switch", {**ZH_BOTH, "amount": "500"}),
        ("把稳健债基换成均衡混合", "fund_switch", ZH_BOTH),
        ("稳健债基转均衡混合300份", "fund_switch", {**ZH_BOTH, "amount": "300"}),
        ("基金转换", "fund_switch", {}),
        ("sell 200 of steady bonds", "fund_sell", {"fund": "steady bonds", "amount": "200"}),
        ("sell 200 shares of even mix", "fund_sell", {"fund": "even mix", "amount": "200"}),
        ("sell all my broad shares", "fund_sell", {"fund": "broad shares", "all": "yes"}),
        ("sell ¥200 of steady bonds", "fund_sell", {"fund": "steady bonds", "worth": "200"}),
        ("get out of broad shares", "fund_sell", {"fund": "broad shares"}),
        ("sell my fund", "fund_sell", {}),
        ("卖掉稳健债基", "fund_sell", {"fund": "稳健债基"}),
        ("卖出500份宽基股票", "fund_sell", {"fund": "宽基股票", "amount": "500"}),
        ("赎回200份宽基", "fund_sell", {"fund": "宽基", "amount": "200"}),
        ("把均衡混合全部卖掉", "fund_sell", {"fund": "均衡混合", "all": "yes"}),
        ("卖掉200元稳健债基", "fund_sell", {"fund": "稳健债基", "worth": "200"}),
        ("把基金卖了", "fund_sell", {}),
        ("how is broad shares doing", "fund", {"fund": "broad shares"}),
        ("Steady Bonds", "fund", {"fund": "steady bonds"}),
        ("稳健债基净值", "fund", {"fund": "稳健债基"}),
        ("buy a fund", "funds", {}),
        ("买基金", "funds", {}),
        ("my funds", "funds", {}),
        ("我的基金", "funds", {}),
        ("what is my gain", "money", {}),
        ("昨天赚了多少", "money", {}),
        ("my orders", "fund_orders", {}),
        ("我的委托", "fund_orders", {}),
        ("buy 500 of Steady Bonds", "fund_buy", {"fund": "Steady Bonds", "amount": "500"}),
        ("put 100 in steady bonds every week", "plan", {"amount": "100", "every": "week", "fund": "steady bonds"}),
    ],
)
def test_a_fund_that_is_named_is_sold_switched_or_looked_at(text: str, intent: str, slots: dict[str, str]) -> None:
    meaning = meaning_of(as_said(text, "en"), None)
    assert (meaning.intent, meaning.slots) == (intent, slots)


@pytest.mark.parametrize(
    "text",
    [
        "sell my bike", "sell my shares", "sell dollars", "我想卖掉手机", "卖股票", "switch to Chinese", "换成中文",
        "take 100 out of change plus", "redeem 200 from the fund", "put 100 in the money market fund", "转500给阿珍",
        "transfer 500 to Ana", "move 100 to Grace", "买基金的书", "change my PIN", "order food for me",
    ],
)  # fmt: skip
def test_without_a_fund_nothing_is_done_with_funds(text: str) -> None:
    assert not meaning_of(as_said(text, "en"), None).intent.startswith("fund")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("take 1 yuan out of change plus", "plus"),
        ("零钱通转出200", "plus"),
        ("withdraw 200 to my bank", "wallet"),
        ("提现200", "wallet"),
        ("redeem 300", "plus"),
        ("withdraw 200", None),
        ("转出200", None),
    ],
)
def test_where_money_is_taken_from_is_asked_only_when_it_was_not_said(text: str, source: str | None) -> None:
    meaning = meaning_of(as_said(text, "en"), None)
    assert (meaning.intent, meaning.slots.get("source")) == ("withdraw", source)


def test_no_sentence_of_the_collections_turns_into_an_act_with_a_fund() -> None:
    files = (COMMANDS, SETS / "held_out.jsonl", SETS / "loans.jsonl")
    told = [json.loads(line)["text"] for path in files for line in path.read_text("utf-8").splitlines()]
    told += (SETS / "never_money.txt").read_text("utf-8").splitlines()
    acts = [fund_act(as_said(text)) for text in told]
    assert [act for act in acts if act is not None and act.intent in ("fund_sell", "fund_switch")] == []


def test_a_fund_that_is_named_leads_away_from_another_question() -> None:
    asked = Question("send", "amount", {"payee": "#7"})
    assert meaning_of(as_said("卖掉稳健债基", "zh"), asked).intent == "fund_sell"
    assert meaning_of(as_said("120", "zh"), asked).intent == "send"
    selling = Question("fund_sell", "amount", {"fund": "steady_bonds"})
    assert meaning_of(as_said("200", "en"), selling).slots == {"fund": "steady_bonds", "amount": "200"}


@pytest.mark.parametrize("text", ["switch 200", "switch 200 units", "转换200", "转换200份"])
def test_a_number_that_is_switched_counts_units_of_a_fund_that_is_asked_for(text: str) -> None:
    meaning = meaning_of(as_said(text), None)
    assert (meaning.intent, meaning.slots) == ("fund_switch", {"amount": "200"})
