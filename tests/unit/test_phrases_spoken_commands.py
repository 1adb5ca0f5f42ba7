"""What is asked for in words of the account and for money among friends opens what its command or its button opens."""

from __future__ import annotations

import json

import pytest

from bot.commands.understand import run
from handlers.chat.meaning import as_said, meaning_of
from handlers.lines import vocabulary
from handlers.phrases.frames import MONEY_INTENTS
from handlers.phrases.understand import understand

SPOKEN = {
    "change_pin": [
        "change my PIN",
        "I want a new pin",
        "please set a new PIN",
        "改密码",
        "帮我修改支付密码",
        "把密码换掉",
    ],
    "forgot_pin": ["reset my PIN", "pin reset please", "重置密码", "找回密码"],
    "recovery_code": ["recovery code", "give me a new recovery code", "给我恢复码", "生成新的恢复码"],
    "name_contact": ["name a trusted contact", "change my emergency contact", "设置信任联系人"],
    "change_phone": ["change my phone number", "my number has changed", "换手机号", "我要更换手机号码"],
    "move_account": ["move my account to another Telegram", "recover my account", "把账号转到新的电报上", "找回账号"],
    "identity": ["verify my identity", "send my ID", "I'd like to get verified", "实名认证", "上传身份证"],
    "limits": ["my limits", "show my limits and what is left", "我的限额", "查一下我的限额"],
    "privacy": ["privacy", "show me your privacy policy", "隐私政策"],
    "my_data": ["export my data", "give me everything you hold on me", "导出我的数据", "把我的资料全部发给我"],
    "close_account": [
        "close my account",
        "please delete my account for good",
        "delete my data",
        "注销账号",
        "我要销户",
    ],
    "keep_account": ["keep my account", "don't delete my account", "undo the closure", "别注销", "取消注销"],
    "terms": ["terms and conditions", "show me the terms", "服务条款"],
    "prices": ["price list", "show the prices", "价目表", "收费标准"],
    "consents": [
        *("my consents", "withdraw my consent", "turn off automatic debit", "stop autopay", "cancel the direct debit"),
        *("我的授权", "关闭自动扣款", "取消自动还款", "别自动扣款"),
    ],
    "offers_stop": [
        *("stop", "STOP!", "unsubscribe", "no more offers", "stop sending me ads", "please remove me from this list"),
        *("退订", "TD", "不要再发", "别再发了", "不要再给我发广告了", "别发营销信息"),
    ],
    "own_limits": [
        *(
            "set my own limit on borrowing",
            "don't lend to me for 30 days",
            "self-exclusion",
            "no loans for me for a year",
        ),
        *("给自己设个借款上限", "30天内别借给我", "别借钱给我90天"),
    ],
    "lock": ["lock my account", "freeze my account now", "冻结账户", "帮我锁定账号"],
    "unlock": ["unlock my account", "how do i unlock my account", "帮我解锁", "解冻账户"],
    "bills": ["who owes me", "who hasn't paid me yet", "show my bills", "谁欠我钱", "谁还没付"],
    "circle_open": [
        *(
            "start a circle",
            "open a savings circle with 10 people",
            "start an ajo",
            "起会",
            "我要起个互助会",
            "组织一个标会",
        ),
    ],
    "circle_join": ["join a circle", "join the circle C4TN-8KQ2", "跟会", "我要加入互助会"],
    "circle_pay": [
        *("pay my circle contribution", "pay 500 into the circle", "pay my circle", "pay the susu", "settle our ajo"),
        *("buy 5 shares in my savings group", "交会钱", "缴会款", "预缴会钱", "买5股", "买股"),
    ],
    "circle": ["when is the next meeting", "下次开会什么时候", "开会", "代缴会钱", "替小安交会钱"],
    "circle_my_turn": [
        "my turn when",
        "when is my turn?",
        "whose turn is it",
        "when do I get the pot",
        "when is my hand in the susu",
        *("轮到我了吗", "什么时候轮到我", "我什么时候得会", "几时得会", "会钱啥时候归我"),
    ],
    "circle_who_paid": ["who has paid into the circle", "谁交了会钱", "会钱谁没交"],
    "circle_skip": ["skip this round", "这期不标"],
    "circle_swap": ["swap my turn with @bo", "跟小明换收会顺序"],
    "circle_bid": ["bid 35", "bid 35 for the pot", "标35", "我要标会 35", "出标", "竞标", "place a bid"],
    "circle_leave": ["leave the circle", "退会", "退出互助会"],
    "owe": ["what am I paying", "what am I paying each month"],
    "statement": ["money in and out in November", "what came in and went out last month", "看看进出账"],
    "help": ["my cases", "status of my complaint", "我的工单", "投诉进度"],
}


@pytest.mark.parametrize(("intent", "text"), [(intent, text) for intent, said in SPOKEN.items() for text in said])
def test_what_is_asked_for_opens_its_screen(intent: str, text: str) -> None:
    said = understand(text)
    assert (said.intent, said.sure) == (intent, True)
    assert meaning_of(as_said(text), None).intent == intent


def test_shares_of_a_circle_are_counted_and_are_no_sum() -> None:
    assert understand("buy 5 shares in my savings group").slots == {}


def test_every_spoken_command_is_an_intent_that_the_chat_has() -> None:
    assert SPOKEN.keys() <= vocabulary().intents.keys()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("how do I change my PIN", "pin.change"),
        ("can I change my pin?", "pin.change"),
        ("how can I close my account?", "account.close"),
        ("I forgot my PIN", "pin.forgotten"),
        ("怎么改密码", "pin.change"),
        ("怎么注销账号？", "account.close"),
        ("忘记密码了", "pin.forgotten"),
        ("I want to complain", "complaint.make"),
        ("我要投诉", "complaint.make"),
        ("never lend to me again", "loan.opt_out"),
        ("cancel my last transfer", "send.cancel"),
        ("撤回刚才那笔", "send.cancel"),
        ("不要再借钱给我", "loan.opt_out"),
    ],
)
def test_a_question_or_a_statement_about_it_is_answered(text: str, topic: str) -> None:
    said = understand(text)
    assert (said.intent, said.topic) == ("ask", topic)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("how does a savings circle work", "circle.how"),
        ("is it safe to join a circle", "circle.is_it_safe"),
        ("what if somebody in the circle stops paying", "circle.if_someone_stops"),
        ("互助会怎么玩", "circle.how"),
        ("标会中途能退出吗", "circle.leave"),
        ("how do red packets work", "packet.how"),
        ("红包没人领会怎么样", "packet.expired"),
        ("how does splitting a bill work", "bill.how"),
        ("众筹的钱放在哪", "collect.where_is_it"),
    ],
)
def test_a_question_about_circles_and_among_friends_is_no_command(text: str, topic: str) -> None:
    said = understand(text)
    assert (said.intent, said.topic) == ("ask", topic)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("bid 35", {"amount": "35"}),
        ("pay 500 into the circle", {"amount": "500"}),
        ("swap my turn with @bo", {"payee": "@bo"}),
    ],
)
def test_a_command_of_circles_says_its_sum_or_person(text: str, slots: dict[str, object]) -> None:
    assert understand(text).slots == slots


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("packet of 20 for 5", "packet", {"amount": "20", "count": 5}),
        ("make a red packet of 50 for 10 people", "packet", {"amount": "50", "count": 10}),
        ("red packet 50 for 10 people, equal", "packet", {"amount": "50", "count": 10, "kind": "equal"}),
        ("发红包", "packet", {}),
        ("发20块的红包给5个人", "packet", {"amount": "20", "count": 5}),
        ("发红包20给五个人", "packet", {"amount": "20", "count": 5}),
        ("红包20 5个", "packet", {"amount": "20", "count": 5}),
        ("帮我发个100块的拼手气红包，10个人", "packet", {"amount": "100", "count": 10}),
        ("send 20 in a red packet to @ana @bo", "packet", {"amount": "20", "people": "@ana @bo"}),
        ("给小明发红包20", "send", {"amount": "20", "payee": "小明"}),
        ("发红包给@bo 20", "send", {"amount": "20", "payee": "@bo"}),
        ("split 300 with @bo and @chidi", "split", {"amount": "300", "people": "@bo @chidi"}),
        (
            "split 300 with @bo and @chidi for dinner",
            "split",
            {"amount": "300", "people": "@bo @chidi", "note": "dinner"},
        ),
        ("split the bill", "split", {}),
        ("AA 300 @bo @chidi", "split", {"amount": "300", "people": "@bo @chidi"}),
        ("群收款300 @bo @chidi 火锅", "split", {"amount": "300", "people": "@bo @chidi", "note": "火锅"}),
        ("和@bo @chidi平摊300", "split", {"amount": "300", "people": "@bo @chidi"}),
        ("和@bo平分60", "split", {"amount": "60", "people": "@bo"}),
        ("split 300 three ways", "split", {"amount": "300", "shares": 3}),
        ("AA 300 4个人", "split", {"amount": "300", "shares": 4}),
        ("群收款 50 @bo", "request", {"amount": "50", "payee": "@bo"}),
        ("AA制 300元 @ana", "split", {"amount": "300", "people": "@ana"}),
        ("发红包 20 5", "packet", {"amount": "20", "count": 5}),
        ("send packet 20 5", "packet", {"amount": "20", "count": 5}),
        ("collect 500 for a gift by Friday", "collect", {"amount": "500", "note": "a gift", "when": "Friday"}),
        ("start a fundraiser for the roof", "collect", {"note": "the roof"}),
        ("为修屋顶筹款500", "collect", {"amount": "500", "note": "修屋顶"}),
        ("众筹500修路，周五前", "collect", {"amount": "500", "note": "修路", "when": "周五"}),
        ("collect 35 from @ana", "request", {"amount": "35", "payee": "@ana"}),
    ],
)
def test_money_among_friends_is_said_in_words(text: str, intent: str, slots: dict[str, object]) -> None:
    said = understand(text)
    assert (said.intent, said.slots) == (intent, slots)


@pytest.mark.parametrize(
    "text",
    [
        *("how do red packets work", "my red packet has expired", "我的红包过期了", "抢红包", "谁发的红包"),
        *("can I split my loan into 6 payments", "我的贷款能平摊到6期吗", "split personality"),
        *(
            "where is the money of our collection",
            "众筹的钱放在哪",
            "how do I start a collection",
            "collect my laundry",
        ),
    ],
)
def test_what_is_about_a_packet_or_a_bill_makes_none(text: str) -> None:
    assert understand(text).intent not in ("packet", "split", "collect")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "提了五百，到卡四百九十八",
            "昨天转了200给小明，他没收到",
            "收据上写着交了二百二，还说我欠",
            "每周存的那十块先停一停",
        ),
        *("I withdrew 500 and 498 came", "i sent 50 to ana and she got nothing", "I've paid 200 but it says I owe"),
        *("I borrowed 3000 last month", "yesterday I topped up 100"),
        *(
            "I'm kept from taking my 150 out",
            "you refuse to send 40 to @bo",
            "300块取不出来，被拦了",
            "充值三个小时还在处理",
        ),
        *("my loan is 3000", "my savings are 500 now", "我的借款是3000"),
    ],
)
def test_what_was_done_already_opens_no_card(text: str) -> None:
    assert understand(text).intent not in MONEY_INTENTS


@pytest.mark.parametrize(
    ("text", "intent"),
    [("帮我还了500吧", "repay"), ("I took 300, now send 20 to @ana", "send"), ("转给小明50", "send")],
)
def test_what_is_asked_for_beside_what_was_done_is_one(text: str, intent: str) -> None:
    assert understand(text).intent == intent


@pytest.mark.parametrize("text", ["I cancelled my card", "i have cancelled the order", "she cancelled her trip"])
def test_what_was_cancelled_already_cancels_nothing(text: str) -> None:
    assert understand(text).intent != "cancel"


def test_why_names_the_words_that_say_so() -> None:
    answer = json.loads(next(run(["change my PIN"], json_lines=False, why=True)))
    assert answer["intent"] == "change_pin"
    assert answer["topic"] == "pin.change"
    assert answer["why"]["label"] == "change_pin"
    assert "pin" in answer["why"]["words"]
