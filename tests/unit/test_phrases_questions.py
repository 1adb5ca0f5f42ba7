"""A question is recognised as one, by its form or by its topic, and opens no card that moves money."""

from __future__ import annotations

import pytest

from handlers.chat.follow_ups import follow_up
from handlers.chat.meaning import as_said, meaning_of
from handlers.chat.questions import Question
from handlers.phrases.follow_ups import asks_of_this, follows
from handlers.phrases.frames import MONEY_INTENTS
from handlers.phrases.normalise import fold
from handlers.phrases.understand import understand

ACTS = MONEY_INTENTS | {"deposit", "break_deposit", "plan", "goal", "sweep", "fund_buy", "fund_sell", "fund_switch"}


@pytest.mark.parametrize(
    "text",
    [
        "how do I borrow",
        "can I pay early?",
        "can you lend me money",
        "why can't I withdraw 200",
        "what would 3,000 over 6 months cost",
        "when will the 500 I sent arrive",
        "the payment failed",
        "the withdrawal was slow",
        "would you lend to a student",
        "what happens if I repay 200 early",
        "怎么借钱",
        "能提前还款吗",
        "可以借钱吗",
        "为什么提现500没到账",
        "借3000分6期利息多少",
        "转账失败了",
        "充值的200怎么还没到",
        "还款失败了怎么办",
        "借款被拒了",
        "什么时候能再借",
        "转账短了一块钱",
        "转一百到手九十九",
        "转出去一百，走了一百零一",
        "给我弟打五百你们要抽多少",
        "充100股茅台50",
        "a man on the phone had me send him 300 and now he doesn't answer",
        "paying my colleague gets rejected over and over",
        "unable to send money to my mum",
    ],
)
def test_what_asks_or_tells_opens_no_card(text: str) -> None:
    assert understand(text).intent not in ACTS
    assert meaning_of(as_said(text), None).intent not in ACTS


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("can I borrow 1,500 for six months", "borrow"),
        ("repay 200", "repay"),
        ("借3000分6期", "borrow"),
        ("能借我3000吗", "borrow"),
        ("can you send 50 to @bo", "send"),
        ("send 50 to @bo for what we ate", "send"),
        ("I want to repay my loan", "repay"),
        ("我要提现", "withdraw"),
        ("我要借钱", "borrow"),
        ("give me a loan", "borrow"),
    ],
)
def test_a_command_with_its_sum_or_a_plain_one_stays_a_command(text: str, intent: str) -> None:
    understood = understand(text)
    assert (understood.intent, understood.sure) == (intent, True)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("why was my loan refused", "loan.why_declined"),
        ("I forgot my PIN", "pin.forgotten"),
        ("I lost my phone", "phone.lost"),
        ("my phone was stolen", "phone.lost"),
        ("someone stole my phone", "phone.lost"),
        ("somebody took my money", "fraud.unrecognised"),
        ("I was scammed", "fraud.unrecognised"),
        ("there is a payment I did not make", "fraud.unrecognised"),
        ("手机丢了", "phone.lost"),
        ("我手机被偷了", "phone.lost"),
        ("被骗了", "fraud.unrecognised"),
        ("有一笔钱不是我转的", "fraud.unrecognised"),
        ("我的钱被人转走了", "fraud.unrecognised"),
        ("能提前还款吗", "repay.early"),
        ("为什么我的借款被拒了", "loan.why_declined"),
        ("转人工", "human.please"),
        ("I want to talk to a person", "human.please"),
        ("you are all thieves", "complaint.make"),
        ("don't let me borrow any more", "loan.opt_out"),
        ("how long does a withdrawal take", "withdraw.how"),
        ("提现多久到账", "withdraw.how"),
        ("is my money safe?", "wealth.is_it_safe"),
        ("不是我转的", "fraud.unrecognised"),
    ],
)
def test_a_question_is_surely_recognised(text: str, topic: str) -> None:
    understood = understand(text)
    assert (understood.intent, understood.topic) == ("ask", topic)
    assert understood.sure
    meaning = meaning_of(as_said(text), None)
    assert (meaning.intent, meaning.slots["topic"]) == ("ask", topic)


@pytest.mark.parametrize(
    "text", ["what's my balance", "余额还有多少", "how much do I have", "how much money is in my wallet"]
)
def test_ones_own_balance_is_shown(text: str) -> None:
    assert understand(text).intent == "balance"


@pytest.mark.parametrize(
    "text",
    ["don't forget the milk", "ok see you later", "the meeting was cancelled", "今天花了300吃饭", "帮我取个名字"],
)
def test_talk_with_a_word_of_ours_is_nothing_of_ours(text: str) -> None:
    assert understand(text).intent == "out_of_scope"


def test_a_question_has_at_most_three_topics_and_the_slots_that_it_says() -> None:
    understood = understand("what would 3,000 over 6 months cost me in interest")
    assert understood.topics[0] == understood.topic == "loan.interest"
    assert len(understood.topics) <= 3
    assert understood.slots == {"amount": "3000", "count": 6, "unit": "month"}
    assert understand("为什么我转给@bo的50他没收到，S8F3-K2QW").slots["reference"] == "S8F3-K2QW"


def test_what_is_not_sure_is_asked_back() -> None:
    meaning = meaning_of(as_said("what about my thing with the loan and the wallet?"), None)
    assert meaning.intent in ("which_topic", "out_of_scope")
    if meaning.intent == "which_topic":
        assert 1 <= len(meaning.slots["topics"].split(",")) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "¿Cómo puedo devolver el préstamo antes de tiempo?",
        "Pourquoi mon prêt a-t-il été refusé ?",
        "Как мне вернуть кредит досрочно?",
        "Bagaimana cara meminjam uang?",
        "كيف أسدد القرض",
        "🤣🤣🤣",
        "...",
    ],
)
def test_another_language_is_out_of_scope(text: str) -> None:
    assert understand(text).intent == "out_of_scope"


# -- a question beside an open one ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["why was my loan refused", "能提前还款吗"])
def test_a_sure_question_at_an_open_one_is_a_question(text: str) -> None:
    for asked in (Question("send", "amount", {"payee": "@bo"}), Question("send", "payee", {"amount": "50"})):
        assert meaning_of(as_said(text), asked).intent == "ask"


@pytest.mark.parametrize("text", ["Ana", "Grace", "@bo", "my brother", "小明", "老王"])
def test_a_name_at_an_open_question_stays_the_answer(text: str) -> None:
    meaning = meaning_of(as_said(text), Question("send", "payee", {"amount": "50"}))
    assert (meaning.intent, meaning.slots.get("payee")) == ("send", text)


@pytest.mark.parametrize("text", ["50", "五十", "50 yuan"])
def test_a_sum_at_an_open_question_stays_the_answer(text: str) -> None:
    meaning = meaning_of(as_said(text, "en"), Question("send", "amount", {"payee": "@bo"}))
    assert (meaning.intent, meaning.slots.get("amount")) == ("send", "50")


# -- what goes on from the question before -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "topic", "before", "slots"),
    [
        ("and for 6 months?", "loan.interest", {"amount": "3000"}, {"amount": "3000", "count": "6", "unit": "month"}),
        (
            "那6个月呢",
            "loan.interest",
            {"amount": "3000", "count": "3"},
            {"amount": "3000", "count": "6", "unit": "month"},
        ),
        ("and 12?", "loan.interest", {"amount": "3000", "count": "6"}, {"amount": "3000", "count": "12"}),
        ("and over 12?", "loan.interest", {"amount": "3000", "count": "6"}, {"amount": "3000", "count": "12"}),
        ("what about 5,000", "loan.interest", {"amount": "3000"}, {"amount": "5000"}),
        ("那一万呢？", "loan.interest", {"amount": "3000"}, {"amount": "10000"}),
        ("why?", "repay.failed", {}, {}),
        ("为什么", "repay.failed", {}, {}),
    ],
)
def test_what_goes_on_keeps_the_topic(text: str, topic: str, before: dict[str, str], slots: dict[str, str]) -> None:
    meaning = follow_up(as_said(text), topic, before)
    assert meaning is not None
    assert meaning.slots == {**slots, "topic": topic, "topics": topic}


def test_why_asks_for_the_reason_of_what_was_told() -> None:
    meaning = follow_up(as_said("why?"), "loan.limit_how_much", {})
    assert meaning is not None
    assert meaning.slots["topic"] == "loan.limit_why_low"


@pytest.mark.parametrize(
    "text",
    ["send 50 to @bo", "and send 50 to @bo", "how much do I owe", "thanks", "/borrow 3000", "还款", "我要借3000"],
)
def test_what_stands_for_itself_goes_on_from_nothing(text: str) -> None:
    assert follow_up(as_said(text), "loan.interest", {"amount": "3000"}) is None


def test_a_question_about_a_loan_takes_its_sum_and_its_instalments() -> None:
    for text in ("what would 3000 over 6 cost", "what would 3,000 over 6 cost?", "利息多少 3000 6期"):
        asked = understand(text)
        assert (asked.topic, asked.slots) == ("loan.interest", {"amount": "3000", "count": 6}), text


def test_a_bare_number_after_a_question_about_a_loan_is_its_instalments() -> None:
    assert follows("12", "loan.interest", {}) == ("loan.interest", {"count": "12"})
    assert follows("and 12?", "loan.interest", {"amount": "3000", "count": "6"}) == (
        "loan.interest",
        {"amount": "3000", "count": "12"},
    )


def test_a_sum_beside_what_is_asked_about_opens_no_card() -> None:
    assert understand("full price of a 99.50 loan").intent == "ask"


@pytest.mark.parametrize("text", ["borrow for my shop", "a loan for my shop", "I want to borrow for my shop"])
def test_a_loan_for_a_shop_is_borrowed_and_no_question_about_shops(text: str) -> None:
    meaning = meaning_of(as_said(text), None)
    assert (meaning.intent, meaning.slots) == ("borrow", {"product": "trader"})


@pytest.mark.parametrize("text", ["a qr code for my shop", "how do I get a payment code for my shop"])
def test_a_question_about_shops_stays_one(text: str) -> None:
    assert understand(text).topic == "shops.collect"


@pytest.mark.parametrize(
    "text",
    [
        *("put money in change plus 2 days ago 0 profit", "been borrowing for two years but still give me 1500"),
        *("withdrawal of 120 no credit", "return my early repayment", "allowed to take out everything"),
        *("give her 3 reasons", "I don't recognise the payment of 60 to Kofi"),
        *("才给五百 打发叫花子呢", "500打发要饭的？", "付给科菲的60我不认得", "申请50只能借5500", "弄个最多借1万"),
        *("闪电贷申请方法", "关掉顾客用借款", "我转120块钱那边收不到", "付款收重复", "五百从卡转出来了还没进余额"),
    ],
)
def test_what_tells_complains_or_denies_opens_no_card(text: str) -> None:
    said = understand(text)
    assert not (said.intent in MONEY_INTENTS and said.sure)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("can I get a loan for my shop", "loan.how_to_apply"),
        ("complaint: nobody answers me", "complaint.make"),
        ("投诉：客服不理人", "complaint.make"),
        ("点解唔批我", "loan.why_declined"),
        ("is there a fee?", "fees.what"),
        ("ask for a person", "human.please"),
        ("how much interest is that?", "loan.interest"),
        ("the red packet I sent, not everyone took it, do I get the rest", "packet.expired"),
    ],
)
def test_a_question_that_sounded_like_something_else_is_heard(text: str, topic: str) -> None:
    said = understand(text)
    assert (said.intent, said.topic) == ("ask", topic)


@pytest.mark.parametrize(
    ("text", "intent"),
    [("pay my shop loan", "repay"), ("借钱给店里进货", "borrow"), ("a loan for my shop", "borrow")],
)
def test_a_loan_of_a_shop_is_a_loan(text: str, intent: str) -> None:
    assert understand(text).intent == intent


@pytest.mark.parametrize("text", ["how much is it", "who gets it?", "what am I paying now", "这笔是什么钱", "转给谁"])
def test_a_question_that_names_nothing_is_about_what_lies_before_its_writer(text: str) -> None:
    assert asks_of_this(fold(text))


@pytest.mark.parametrize("text", ["what do I owe", "how much is left", "what's the interest", "我欠多少", "help"])
def test_a_question_that_names_something_is_about_that(text: str) -> None:
    assert not asks_of_this(fold(text))


@pytest.mark.parametrize(
    "text",
    ["no work no more, I can't pay you", "our harvest was washed away, nothing to pay you with", "猪圈被淹了，没钱还"],
)
def test_who_tells_that_they_cannot_pay_is_heard_in_any_words(text: str) -> None:
    assert understand(text).intent == "hardship"


@pytest.mark.parametrize(
    ("text", "payee"),
    [
        ("I want to give my nan 30", "nan"),
        ("想给奶奶三十", "奶奶"),
        ("给@bo二十五买米", "@bo"),
        ("giv @bo 25 for rice", "@bo"),
    ],
)
def test_who_gives_a_sum_to_somebody_means_it(text: str, payee: str) -> None:
    meaning = meaning_of(as_said(text), None)
    assert (meaning.intent, meaning.slots["payee"], "amount" in meaning.slots) == ("send", payee, True)


@pytest.mark.parametrize("text", ["borrow together", "we want to borrow together", "五个人一起借", "联保借款"])
def test_who_borrows_together_borrows_as_a_group(text: str) -> None:
    meaning = meaning_of(as_said(text), None)
    assert (meaning.intent, meaning.slots.get("product")) == ("borrow", "group")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("why did I get this advert", "offer.why_me"),
        ("凭什么给我发这条广告", "offer.why_me"),
        ("how can I turn off your promotions", "offer.stop"),
        ("推广怎么关掉", "offer.stop"),
        ("one of our ajo women stopped bringing her money", "circle.if_someone_stops"),
        ("会里有个人得了会就跑路", "circle.if_someone_stops"),
        ("攒的钱年底怎么分", "circle.share_out"),
        ("I dropped my phone in the river", "phone.lost"),
    ],
)
def test_offers_circles_and_emergencies_are_asked_about_in_many_words(text: str, topic: str) -> None:
    said = understand(text)
    assert (said.intent, said.topic) == ("ask", topic)
