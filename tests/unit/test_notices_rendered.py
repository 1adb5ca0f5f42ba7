"""What is pushed: each kind of notice as a screen, in each language, whatever names and notes hold."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

import finance_core
from bot.sandbox.entities import parse_html
from finance_core.kernel.payloads import UnreadablePayload, read
from finance_core.loans.contact.notices import Instalment
from finance_core.notices import Content
from handlers.chat.screens.base import Screen
from handlers.lines import vocabulary
from handlers.loans.screens.reminders import step_of
from handlers.locales import codes
from handlers.notices.rendering import render
from tests.unit.notice_samples import FROM_ANA, REFERENCE, SAMPLES, SUM

CORE: Final = "finance_core."
KINDS: Final = {kind: notice.content for kind, notice in vocabulary().notices.items()}


def buttons(screen: Screen) -> list[str]:
    return [button.data or "" for row in screen.buttons for button in row]


@pytest.mark.parametrize("language", codes())
@pytest.mark.parametrize("kind", SAMPLES)
def test_each_kind_is_a_screen_that_telegram_takes(kind: str, language: str) -> None:
    screen = render(kind, SAMPLES[kind], language)
    assert parse_html(screen.text).text.strip()
    assert not re.search(r"[{}]", screen.text)
    assert "<b>Ana</b>" not in screen.text.replace("<b>&lt;b&gt;Ana", "")
    assert all(0 < len(data.encode()) <= 64 for data in buttons(screen))


@pytest.mark.parametrize("language", codes())
@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if kind.startswith("receipt.")])
def test_each_receipt_shows_its_sum_and_its_reference(kind: str, language: str) -> None:
    text = render(kind, SAMPLES[kind], language).text
    assert "¥1,234.56" in text
    assert REFERENCE in text


@pytest.mark.parametrize("language", codes())
@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if "reference" in SAMPLES[kind]])
def test_what_may_come_twice_says_once_which_it_speaks_of(kind: str, language: str) -> None:
    assert render(kind, SAMPLES[kind], language).text.count(REFERENCE) == 1


def test_a_row_of_before_references_is_still_told() -> None:
    older = {name: value for name, value in FROM_ANA.items() if name != "reference"}
    assert "Reference" not in render("send.waiting", older, "en").text


def test_each_kind_has_a_sample() -> None:
    assert SAMPLES.keys() == KINDS.keys()


def test_each_kind_that_the_core_declares_is_registered_once() -> None:
    for module in pkgutil.walk_packages(finance_core.__path__, "finance_core."):
        importlib.import_module(module.name)
    below = {f"{kind.__module__}.{kind.__qualname__}": kind for kind in kinds_below(Content)}
    declared = [kind.kind for name, kind in below.items() if "kind" in vars(kind) and name.startswith(CORE)]
    assert sorted(declared) == sorted(KINDS)


def kinds_below(kind: type[Content]) -> Iterator[type[Content]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds_below(below)


@pytest.mark.parametrize("kind", SAMPLES)
def test_what_is_read_is_written_as_it_was(kind: str) -> None:
    assert read(KINDS[kind], SAMPLES[kind]).as_json() == SAMPLES[kind]


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_notice_of_another_shape_is_one_clear_error(kind: str) -> None:
    for params in ({}, {**SAMPLES[kind], "extra": 1}):
        with pytest.raises(UnreadablePayload, match=KINDS[kind].__name__):
            render(kind, params, "en")


def test_a_kind_that_nobody_sends_is_the_same_error() -> None:
    with pytest.raises(UnreadablePayload, match=r"no\.such"):
        render("no.such", {}, "en")


@pytest.mark.parametrize("language", codes())
def test_a_name_and_a_note_full_of_html_are_shown_as_written(language: str) -> None:
    text = render("send.waiting", FROM_ANA, language).text
    assert "&lt;b&gt;Ana&lt;/b&gt;" in text
    assert "a &amp; b" in text


@pytest.mark.parametrize("language", codes())
@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if not kind.startswith(("operator.", "officer."))])
def test_a_discreet_notice_shows_neither_sum_nor_loan(kind: str, language: str) -> None:
    text = render(kind, SAMPLES[kind], language, discreet=True).text
    assert not re.search(r"\d|¥|loan|借|还款|Ana", text, re.IGNORECASE)


def test_reminders_of_one_day_are_one_message_with_a_way_to_pay() -> None:
    screen = render("debt.reminder", SAMPLES["debt.reminder"], "en")
    assert re.search("Your instalments.*overdue by 3 days.*is due in 3 days", screen.text, re.DOTALL)
    assert buttons(screen) == ["do:loans", "do:promise:loan=5", "do:hardship"]


def test_a_reminder_of_one_loan_leads_to_it_and_keeps_the_sum_that_it_told() -> None:
    late = buttons(render("loan.late", SAMPLES["loan.late"], "en"))
    assert late == ["do:repay:loan=5:told=123456", "do:promise:loan=5", "do:hardship"]
    assert buttons(render("loan.due_soon", SAMPLES["loan.due_soon"], "en")) == ["do:repay:loan=5:told=123456"]


def test_what_is_to_come_is_told_with_what_is_late_besides_and_the_ways_out() -> None:
    coming = render("loan.due_soon", {**SAMPLES["loan.due_soon"], "besides": {**SUM, "amount": 38542}}, "en")
    assert "Another ¥385.42 is overdue." in coming.text
    assert buttons(coming) == ["do:repay:loan=5:told=38542", "do:promise:loan=5", "do:hardship"]
    late = render("loan.late", {**SAMPLES["loan.late"], "besides": {**SUM, "amount": 52737}}, "en")
    assert "Another ¥527.37 is due today." in late.text
    assert buttons(late)[0] == "do:repay:loan=5:told=176193"


def plain(kind: str, params: dict[str, Any], language: str = "en") -> str:
    return re.sub("</?b>", "", render(kind, params, language).text)


def test_a_reminder_says_of_which_instalment_it_is_what_lies_there_and_what_is_missing() -> None:
    due, rich = SAMPLES["loan.due_soon"], {**SUM, "amount": 200_000}
    there = "Instalment 1 of 6, loan of ¥1,234.56.\nIn your wallet: ¥234.56. Missing: ¥1,000.00.\n"
    assert there in plain("loan.due_soon", due)
    there = "借款 ¥1,234.56，第1期（共6期）。\n钱包余额 ¥234.56，还差 ¥1,000.00。\n"
    assert there in plain("loan.due_soon", due, "zh")
    assert "In your wallet: ¥2,000.00. That's enough.\n" in plain("loan.due_soon", {**due, "wallet": rich})
    in_both = {**due, "change_plus": rich, "from_change_plus": True}
    assert "In your wallet: ¥234.56, in Change Plus: ¥2,000.00. That's enough.\n" in plain("loan.due_soon", in_both)
    apart = plain("loan.due_soon", {**in_both, "from_change_plus": False})
    assert "in Change Plus: ¥2,000.00, which is not debited. Missing: ¥1,000.00.\n" in apart


def test_what_several_loans_ask_for_is_missing_once() -> None:
    told = plain("debt.reminder", SAMPLES["debt.reminder"])
    assert told.count("In your wallet") == 1
    assert "In your wallet: ¥234.56. Missing: ¥2,234.56." in told


def test_a_debit_that_falls_short_says_all_that_it_comes_to() -> None:
    assert plain("debit.short", SAMPLES["debit.short"]).splitlines() == [
        "🧾 The debit for your loan fell short: ¥100.00 taken, ¥1,234.56 missing.",
        "Instalment 1 of 6, loan of ¥1,234.56.",
        "¥50.00 of earlier instalments is overdue.",
        "Paid by the end of Sun 12 Apr 2026, it still counts as on time.",
        "Paid by Wed 15 Apr 2026, there is no penalty, only ¥0.25 of interest a day.",
        "After that it costs ¥0.33 a day, penalty included, counted from Sun 12 Apr 2026.",
        "Plus a late fee of ¥10.00, once.",
        "Money that comes into your wallet is debited automatically.",
        f"Reference {REFERENCE}",
    ]
    told = render("debit.short", SAMPLES["debit.short"], "en")
    assert buttons(told) == ["do:repay:loan=5", "do:promise:loan=5", "do:hardship"]


def test_what_is_late_since_several_days_is_told_by_its_parts() -> None:
    parts = [overdue(nr, days, 100 * days) for nr, days in enumerate((30, 23, 2), 1)]
    late = {**SAMPLES["loan.late"], "days": 30, "parts": parts}
    assert "¥1,234.56 is overdue:\n· ¥30.00: 30 days late\n· ¥23.00: 23 days late\n· ¥2.00: 2 days late\n" in (
        render("loan.late", late, "en").text
    )
    assert "¥1,234.56 已逾期：\n· ¥30.00：逾期30天\n· ¥23.00：逾期23天\n· ¥2.00：逾期2天\n" in (
        render("loan.late", late, "zh").text
    )
    many: list[Any] = [
        {"nr": nr, "days": days, "sum": {**SUM, "amount": 100}} for nr, days in enumerate(range(30, 0, -1), 1)
    ]
    told = render("loan.late", {**late, "parts": many}, "en").text
    assert "· ¥1.00: 28 days late\n· ¥27.00 in 27 more: 1 day to 27 days late\n" in told


def overdue(nr: int, days: int, amount: int) -> dict[str, Any]:
    return {"nr": nr, "days": days, "sum": {**SUM, "amount": amount}}


def test_an_officer_is_led_to_the_loan_that_is_late() -> None:
    told = render("officer.late_loan", SAMPLES["officer.late_loan"], "en")
    assert "Loan 5: ¥1,234.56 is overdue, the oldest part by 30 days" in told.text
    assert buttons(told) == ["deskloan:5"]


def test_the_payment_that_settles_a_loan_leads_to_its_letter_and_others_say_what_is_next() -> None:
    for kind in ("receipt.loan_settled", "receipt.debit_settled"):
        assert buttons(render(kind, SAMPLES[kind], "en")) == ["letter:5"]
    paid = SAMPLES["receipt.repayment"]
    assert "Still due now ¥1,234.56" in render("receipt.repayment", paid, "en").text
    nothing_due = {**paid, "due_now": {**SUM, "amount": 0}}
    assert "Next: ¥1,234.56 on Tue 12 May 2026" in render("receipt.repayment", nothing_due, "en").text


@pytest.mark.parametrize(
    ("kind", "days", "grace", "step"),
    [
        ("loan.due_soon", 3, 3, "soon"),
        ("loan.due_soon", 1, 3, "tomorrow"),
        ("loan.due_today", 0, 3, "today"),
        ("loan.late", 1, 3, "grace"),
        ("loan.late", 3, 3, "grace_ends"),
        ("loan.late", 7, 3, "late"),
        ("loan.late", 1, 0, "late"),
        ("loan.late", 15, 3, "trouble"),
        ("loan.late", 30, 3, "officer"),
        ("loan.late", 90, 3, "officer"),
    ],
)
def test_each_step_of_the_ladder_has_its_sentence(kind: str, days: int, grace: int, step: str) -> None:
    debt = read(KINDS[kind], {**SAMPLES[kind], "days": days, "grace": grace})
    assert isinstance(debt, Instalment)
    assert step_of(debt) == step


def test_who_takes_what_was_sent_by_link_has_no_name_yet() -> None:
    assert "a link" in render("receipt.send_returned", SAMPLES["receipt.send_returned"], "en").text


def test_the_receipt_of_what_came_back_of_a_packet_leads_to_its_draw() -> None:
    """The card of a packet promises its seed for the end, and named people have no link that shows it."""
    said = render("receipt.packet_returned", SAMPLES["receipt.packet_returned"], "en")
    assert [button.data for row in said.buttons for button in row] == ["checkpacket:tkn-0123_abc"]
