"""Questions about customers as operators write them, in English and in Chinese, and what is said of a wrong one."""

from __future__ import annotations

import pytest

from finance_core.kernel.errors import InvalidInput
from finance_core.lines import FACTS
from finance_core.offers.audiences.question import EVERYBODY, All, AnyOf, How, Is, Not, Question
from handlers.desk.offers.questions import Names, read_question
from handlers.desk.offers.saying import question_said
from handlers.desk.offers.vocabulary import vocabulary
from handlers.locales import codes, language_of, translator

NAMES: Names = {
    "language": {"en": "en", "zh": "zh"},
    "zone": {"asia/shanghai": "Asia/Shanghai", "africa/lagos": "Africa/Lagos"},
    "fund": {"steady_bonds": "steady_bonds", "steady bonds": "steady_bonds"},
    "loan_product": {},
    "tag": {"vip": "vip", "老客户": "老客户"},
}
RICH = Is(fact="wallet", how=How.MORE, value=10_000)
BORROWS = Is(fact="active_loan", value=True)
CHINESE = Is(fact="language", value="zh")
ALL_THREE = All(all=(RICH, Not(no=BORROWS), CHINESE))
VIP = Is(fact="tag", value="vip")


def asked(written: str, language: str = "en") -> Question:
    return read_question(written, FACTS, NAMES, language)


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("wallet > 100 and no active loan and language = zh", ALL_THREE),
        ("Wallet over 100.00 CNY, without an open loan, language is Chinese", ALL_THREE),
        ("钱包余额大于100元，没有在还借款，语言是中文", ALL_THREE),
        ("钱包>100且无借款且语言=中文", ALL_THREE),
        ("tag = vip or active loan and wallet > 100", AnyOf(any=(VIP, All(all=(BORROWS, RICH))))),
        ("（标签=vip或有借款）且余额超过100", All(all=(AnyOf(any=(VIP, BORROWS)), RICH))),
        ("not (tag vip or loan)", Not(no=AnyOf(any=(VIP, BORROWS)))),
        ("标签是「老客户」", Is(fact="tag", value="老客户")),
        ("level at least 1", Is(fact="tier", how=How.AT_LEAST, value=1)),
        ("zone = Asia/Shanghai", Is(fact="zone", value="Asia/Shanghai")),
        ("deposit ends before 2026-12-24", Is(fact="deposit_ends_on", how=How.LESS, value="2026-12-24")),
        ("deposit ends <= in 30 days", Is(fact="deposit_ends_on", how=How.AT_MOST, value=30)),
        ("存款到期日不晚于30天后", Is(fact="deposit_ends_on", how=How.AT_MOST, value=30)),
        ("last loan repaid > 7 days ago", Is(fact="loan_repaid_on", how=How.MORE, value=-7)),
        ("joined = today", Is(fact="joined_on", value=0)),
        ("agrees to offers of loans", Is(fact="consent", value="loans")),
        ("同意接收借款优惠", Is(fact="consent", value="loans")),
        ("fund = Steady Bonds", Is(fact="fund", value="steady_bonds")),
        ("deposit = no", Is(fact="deposit", value=False)),
        ("wallet >= 1,250.50", Is(fact="wallet", how=How.AT_LEAST, value=125_050)),
        ("limit_left ≥ 1000", Is(fact="limit_left", how=How.AT_LEAST, value=100_000)),
        ("everybody", EVERYBODY),
        ("所有客户", EVERYBODY),
        ("grade != A", Is(fact="grade", how=How.IS_NOT, value="A")),
        ("CREDIT GRADE = b", Is(fact="grade", value="B")),
    ],
)  # fmt: skip
def test_what_is_written_is_understood(written: str, question: Question) -> None:
    assert asked(written) == question


@pytest.mark.parametrize("language", codes())
@pytest.mark.parametrize(
    "question",
    [
        RICH,
        EVERYBODY,
        All(all=(RICH, Not(no=BORROWS), Is(fact="active_loan", value=False), CHINESE)),
        AnyOf(any=(VIP, All(all=(BORROWS, Not(no=AnyOf(any=(RICH, VIP))))))),
        Not(no=Is(fact="tag", how=How.IS_NOT, value="老客户")),
        Is(fact="deposit_ends_on", how=How.AT_MOST, value=30),
        Is(fact="loan_repaid_on", how=How.MORE, value=-1),
        Is(fact="joined_on", how=How.LESS, value=0),
        Is(fact="consent", value="saving"),
        Is(fact="zone", how=How.IS_NOT, value="Africa/Lagos"),
        Is(fact="wallet", value=12_345),
        Is(fact="tier", how=How.AT_LEAST, value=2),
    ],
)
def test_what_is_said_back_reads_as_the_same(question: Question, language: str) -> None:
    said = question_said(question, FACTS, language)
    again = asked(said, language)
    assert question_said(again, FACTS, language) == said
    assert again == question or question_said(question, FACTS, "en") == question_said(again, FACTS, "en")


@pytest.mark.parametrize(
    ("written", "en", "zh"),
    [
        ("", "stops too early", "没有写完"),
        ("wallet > 100 and", "stops too early", "没有写完"),
        ("colour = red", "I don't know “colour”", "没有“colour”这一项"),
        ("wallet > much", "“wallet” wants a sum", "“钱包余额”后面要写比较符号和金额"),
        ("wallet > 1.001", "wants a sum", "金额"),
        ("wallet >", "wants a sum", "金额"),
        ("level >= 1.5", "“level” wants a whole number", "“账户等级”后面要写比较符号和整数"),
        ("deposit ends < 2026-02-30", "wants a date like", "要写日期"),
        ("language > zh", "can only be = or !=", "不能比大小"),
        ("language = Klingon", "is one of these: English, Chinese", "只能是：英文, 中文"),
        ("grade = E", "is one of these: A, B, C, D", "A, B, C, D"),
        ("active loan = 5", "“active loan” stands alone", "“在还借款”单独写即可"),
        ("active loan > 5", "can only be = or !=", "不能比大小"),
        ("(wallet > 100", "A bracket is missing", "括号不成对"),
        ("wallet > 100)", "A bracket is missing", "括号不成对"),
        ("wallet > 100 tag = vip", "“and” or “or”, before “tag”", "“tag”前面要有"),
        ("(wallet > 100 tag = vip)", "before “tag”", "“tag”前面要有"),
        ("circle =", "“circle” wants a word after =", "“互助会”后面要写"),
        ("loan product = lightning", "There is nothing yet that “loan product” could be", "“借款产品”还没有可选的内容"),
        ("hardship", "I don't know “hardship”", "没有“hardship”"),
        ("tag = 'vip", "is one of these", "只能是"),
        ("tag = vip and " * 60 + "tag = vip", "That is too long", "太长"),
        ("(" * 1_900, "That is too long", "太长"),
        ("not " * 400 + "loan", "That is too long", "太长"),
        ("x" * 3_000, "That is too long", "太长"),
    ],
)
def test_a_refusal_says_in_one_sentence_what_is_wanted(written: str, en: str, zh: str) -> None:
    for language, words in (("en", en), ("zh", zh)):
        with pytest.raises(InvalidInput) as refused:
            asked(written, language)
        sentence = str(translator(language)(f"error.{refused.value.code}", **refused.value.details))
        assert words.replace(">", "&gt;") in sentence
        assert "\n" not in sentence


@pytest.mark.parametrize("language", codes())
def test_each_fact_has_words_in_each_language_and_no_two_share_one(language: str) -> None:
    words = language_of(language).table("audiences")["facts"]
    assert words.keys() == FACTS.keys()
    written = [word.casefold() for several in words.values() for word in several]
    assert len(written) == len(set(written))
    assert len(dict(vocabulary().facts)) == len(vocabulary().facts)
