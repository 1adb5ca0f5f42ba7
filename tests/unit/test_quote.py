"""`susu quote`: what it answers, and what it refuses with which field and why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.commands.quote import answer, loan_table, quote_apr, quote_days, quote_loan
from bot.commands.quote_fields import SENTENCES

LIGHTNING: dict[str, Any] = {
    "id": "L1",
    "principal": "3000.00",
    "asset": "CNY",
    "annual_rate": "18.25",
    "method": "equal_instalments",
    "instalments": 6,
    "disbursed_on": "2026-12-01",
    "rounding": "half_up",
}
IRR = {"convention": "irr", "flows": [["2026-01-01", "-1000.00"], ["2027-01-01", "1100.00"]]}
US = {
    "convention": "us-appendix-j",
    "unit_periods_per_year": 12,
    "advances": [{"amount": "5000", "periods": 0, "fraction": "0"}],
    "payments": [{"amount": "230", "count": 24, "first_period": 1, "fraction": "0/1"}],
}
EU = {
    "convention": "eu-ccd",
    "drawdowns": [{"amount": "1000", "years": 0}],
    "repayments": [{"amount": "1200", "years": 1.4958904109589042}],
}


def one(quote: Any, given: object) -> dict[str, Any]:
    text = given if isinstance(given, str) else json.dumps(given)
    (answer,) = quote([text])
    parsed: dict[str, Any] = json.loads(answer)
    return parsed


def test_lightning_is_quoted_with_schedule_totals_and_price() -> None:
    answer = one(quote_loan, LIGHTNING)
    assert answer["id"] == "L1"
    assert answer["instalments"][0] == {
        "nr": 1,
        "due_on": "2027-01-01",
        "days": 31,
        "principal": "480.38",
        "interest": "46.50",
        "fee": "0.00",
        "penalty": "0.00",
        "total": "526.88",
        "balance_after": "2519.62",
        "paid": "0.00",
    }
    assert answer["totals"] == {
        "principal": "3000.00",
        "interest": "161.26",
        "fee": "0.00",
        "penalty": "0.00",
        "total": "3161.26",
        "paid": "0.00",
    }
    assert answer["apr"] == {"irr": "19.856613", "eu": "19.799382", "us": "18.201493"}
    assert answer["settlement"] is None


def test_a_settlement_is_quoted_to_the_day() -> None:
    given = LIGHTNING | {"recalculate": "day", "events": [{"on": "2026-12-11", "type": "settle"}]}
    answer = one(quote_loan, given)
    assert answer["settlement"] == "3015.00"
    assert answer["totals"]["paid"] == "3015.00"


def test_an_asset_without_decimals_is_quoted_in_whole_units() -> None:
    answer = one(quote_loan, LIGHTNING | {"asset": "JPY", "principal": "300000"})
    assert answer["totals"]["principal"] == "300000"


def test_fees_and_holidays_are_part_of_the_terms() -> None:
    extras = {
        "fees": {"disbursement": "30.00", "instalment": "1.50"},
        "holidays": ["2027-01-01", "2027-01-02"],
        "holiday_shift": "next",
    }
    answer = one(quote_loan, LIGHTNING | extras)
    assert answer["instalments"][0]["due_on"] == "2027-01-03"
    assert answer["totals"]["fee"] == "9.00"
    assert float(answer["apr"]["irr"]) > 24


def test_each_line_is_answered_and_a_bad_one_does_not_stop_the_rest() -> None:
    answers = [json.loads(line) for line in quote_loan([json.dumps(LIGHTNING), "{", json.dumps(LIGHTNING)])]
    assert [("error" in answer) for answer in answers] == [False, True, False]


def test_a_dear_and_short_loan_has_the_rates_that_can_be_measured_and_says_why_others_are_missing() -> None:
    short = {"principal": "1000", "asset": "CNY", "annual_rate": "12", "method": "bullet", "instalments": 1}
    short |= {"unit": "day", "disbursed_on": "2026-01-01", "fees": {"disbursement": "200"}}
    rates = one(quote_loan, short)["apr"]
    assert (rates["irr"], rates["eu"], rates["us"]) == (None, None, "9140.056250")
    assert rates["error"]["code"] == "rate_too_high"
    same = {"convention": "irr", "flows": [["2026-01-01", "800"], ["2026-01-02", "-1000.33"]]}
    assert one(quote_apr, same)["error"]["code"] == "rate_too_high"
    eaten = one(quote_loan, short | {"fees": {"disbursement": "1000"}})
    assert [eaten["apr"][name] for name in ("irr", "eu", "us")] == [None] * 3
    assert eaten["apr"]["error"]["code"] == "no_rate"
    assert loan_table(eaten).startswith("all-in — % a year")


def test_a_fault_in_one_line_is_told_and_leaves_the_others_their_answers() -> None:
    def faulty(given: object) -> dict[str, Any]:
        return {"half": 1 / (given["id"] - 2)}  # type: ignore[index]  # any JSON may come

    answers = [answer(faulty, json.dumps({"id": number})) for number in (1, 2, 3)]
    assert [found.get("half") for found in answers] == [-1, None, 1]
    assert answers[1]["id"] == 2
    assert answers[1]["error"]["code"] == "fault"


WRONG_LOANS: list[tuple[dict[str, Any], str, str]] = [
    ({"principal": None}, "missing", "principal"),
    ({"principal": 3000.5}, "not_text", "principal"),
    ({"principal": "3e3"}, "not_a_number", "principal"),
    ({"principal": "-5"}, "not_a_number", "principal"),
    ({"principal": "NaN"}, "not_a_number", "principal"),
    ({"principal": "1_000"}, "not_a_number", "principal"),
    ({"principal": "1" * 40}, "not_a_number", "principal"),
    ({"principal": "0"}, "out_of_range", "principal"),
    ({"principal": "0.001"}, "too_many_decimals", "principal"),
    ({"asset": "XXX"}, "not_one_of", "asset"),
    ({"annual_rate": 18.25}, "not_text", "annual_rate"),
    ({"annual_rate": "20000"}, "out_of_range", "annual_rate"),
    ({"method": "balloon"}, "not_one_of", "method"),
    ({"instalments": 0}, "out_of_range", "instalments"),
    ({"instalments": 10**9}, "out_of_range", "instalments"),
    ({"instalments": True}, "not_whole", "instalments"),
    ({"instalments": 6.0}, "not_whole", "instalments"),
    ({"disbursed_on": "2026-02-30"}, "not_a_day", "disbursed_on"),
    ({"disbursed_on": "1 December"}, "not_a_day", "disbursed_on"),
    ({"first_due_on": "2026-11-30"}, "too_early", "first_due_on"),
    ({"grace_principal": 6}, "out_of_range", "grace_principal"),
    ({"rounding": "down"}, "not_one_of", "rounding"),
    ({"compound": 1}, "not_true_or_false", "compound"),
    ({"colour": "blue"}, "unknown_field", "colour"),
    ({"tranches": {}}, "not_a_list", "tranches"),
    ({"tranches": ["2027-01-01"]}, "not_an_object", "tranches[0]"),
    ({"tranches": [{"on": "2027-09-01", "amount": "1"}]}, "too_late", "tranches"),
    ({"events": [{"on": "2027-01-01", "type": "repay"}]}, "missing", "events[0].amount"),
    ({"events": [{"on": "2027-01-01", "type": "settle", "amount": "5"}]}, "amount_does_not_fit", "events[0].amount"),
    ({"events": [{"on": "2026-11-01", "type": "close"}]}, "too_early", "events"),
    (
        {"events": [{"on": "2027-02-01", "type": "close"}, {"on": "2027-01-01", "type": "close"}]},
        "not_in_order",
        "events",
    ),
    ({"events": [{"on": "2027-01-01", "type": "close"}] * 401}, "too_many", "events"),
    ({"instalments": 1200, "events": [{"on": "2027-01-01", "type": "close"}] * 400}, "too_much", "events"),
    ({"instalments": 1200, "every": 12, "disbursed_on": "2990-01-01"}, "beyond_calendar", "instalments"),
]


@pytest.mark.parametrize(("changes", "code", "field"), WRONG_LOANS)
def test_wrong_terms_are_refused_with_their_field_and_a_sentence(
    changes: dict[str, Any], code: str, field: str
) -> None:
    answer = one(quote_loan, LIGHTNING | changes)
    assert answer["id"] == "L1"
    assert (answer["error"]["code"], answer["error"]["field"]) == (code, field)
    assert answer["error"]["message"].endswith(".")
    assert "{" not in answer["error"]["message"]


@pytest.mark.parametrize("text", ["", "[]", "null", "3", '"x"', "{", "nonsense", '{"id": "a"} x'])
def test_what_is_no_object_is_refused(text: str) -> None:
    assert one(quote_loan, text)["error"]["code"] in {"not_json", "not_an_object"}


def test_null_is_as_good_as_absent() -> None:
    absent = dict.fromkeys(("every", "fees", "tranches", "events", "holidays", "compound", "first_due_on"))
    assert one(quote_loan, LIGHTNING | absent) == one(quote_loan, LIGHTNING)
    assert one(quote_loan, LIGHTNING | {"colour": None})["error"]["code"] == "unknown_field"


def test_of_several_faults_an_unknown_field_is_named_first_and_then_the_first_that_is_read() -> None:
    wrong = LIGHTNING | {"principal": 5, "method": "balloon", "events": [5]}
    assert one(quote_loan, wrong)["error"]["field"] == "principal"
    assert one(quote_loan, wrong | {"colour": 1})["error"]["field"] == "colour"
    assert one(quote_loan, wrong | {"asset": "XXX"})["error"]["field"] == "asset"


def test_an_endless_line_is_refused_unread() -> None:
    assert one(quote_loan, "x" * 1_000_001)["error"]["code"] == "too_long"


def test_an_id_that_cannot_be_repeated_is_left_out() -> None:
    assert one(quote_loan, LIGHTNING | {"id": {"deep": 1}})["id"] is None


@pytest.mark.parametrize(("given", "percent"), [(IRR, 10), (US, 9.68570806), (EU, 12.96203771)])
def test_each_convention_has_its_rate(given: dict[str, Any], percent: float) -> None:
    assert one(quote_apr, given) == {"apr": percent}


@pytest.mark.parametrize("periods", [4.055555555555555, "4.055555555555555", "365/90"])
def test_unit_periods_of_a_year_need_not_be_whole(periods: float | str) -> None:
    given = {
        "convention": "us-appendix-j",
        "unit_periods_per_year": periods,
        "advances": [{"amount": "1000", "periods": 0}],
        "payments": [{"amount": "1025", "first_period": 1}],
    }
    assert one(quote_apr, given)["apr"] == pytest.approx(10.13888889, abs=1e-7)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"convention": "apr"}, "not_one_of", "convention"),
        (IRR | {"advances": []}, "unknown_field", "advances"),
        (IRR | {"flows": [["2026-01-01", "5"]]}, "no_rate", ""),
        (IRR | {"flows": [["2026-01-01", 5.5]]}, "not_text", "flows[0].amount"),
        (IRR | {"flows": [["2026-01-01"]]}, "not_a_list", "flows[0]"),
        (US | {"unit_periods_per_year": 0}, "out_of_range", "unit_periods_per_year"),
        (US | {"unit_periods_per_year": "366.5"}, "out_of_range", "unit_periods_per_year"),
        (US | {"unit_periods_per_year": "365/0"}, "not_a_number", "unit_periods_per_year"),
        (US | {"unit_periods_per_year": True}, "not_a_number", "unit_periods_per_year"),
        (US | {"unit_periods_per_year": "1e2"}, "not_a_number", "unit_periods_per_year"),
        (
            US | {"advances": [{"amount": "5", "periods": 0, "fraction": "3/0"}]},
            "not_a_fraction",
            "advances[0].fraction",
        ),
        (
            US | {"advances": [{"amount": "5", "periods": 0, "fraction": "7/6"}]},
            "not_a_fraction",
            "advances[0].fraction",
        ),
        (US | {"payments": [{"amount": "5", "count": 10**9, "first_period": 1}]}, "out_of_range", "payments[0].count"),
        (EU | {"repayments": [{"amount": "5", "years": 1000}]}, "not_a_number", "repayments[0].years"),
        (EU | {"repayments": [{"amount": "5", "years": -1}]}, "not_a_number", "repayments[0].years"),
        (EU | {"repayments": []}, "no_rate", ""),
    ],
)
def test_flows_that_are_wrong_are_refused(given: dict[str, Any], code: str, field: str) -> None:
    error = one(quote_apr, given)["error"]
    assert (error["code"], error["field"]) == (code, field)


def test_days_are_counted_by_the_convention() -> None:
    given = {"id": 7, "convention": "30/360", "start": "2007-02-28", "end": "2007-08-31"}
    assert one(quote_days, given) == {"id": 7, "days": 183, "year_fraction": 183 / 360}


def test_what_a_published_case_expects_is_passed_over() -> None:
    case = {"convention": "30/360", "start": "2007-02-20", "end": "2007-08-20", "expected_days": 180}
    assert one(quote_days, case)["days"] == case["expected_days"]


def test_days_that_run_backwards_are_refused() -> None:
    given = {"convention": "ACT/ACT", "start": "2026-02-01", "end": "2026-01-01"}
    assert one(quote_days, given)["error"]["code"] == "end_before_start"


def test_every_reason_that_terms_can_be_refused_for_has_a_sentence() -> None:
    reasons = {"out_of_range", "too_many_decimals", "too_early", "too_late", "not_in_order", "beyond_calendar"}
    assert reasons | {"amount_does_not_fit", "after_settlement"} <= set(SENTENCES)


def test_a_quote_can_be_read_as_a_table() -> None:
    lines = loan_table(one(quote_loan, LIGHTNING)).splitlines()
    assert lines[0] == "all-in 19.856613 % a year (EU 19.799382 %, US 18.201493 %)"
    assert lines[2].split() == ["1", "2027-01-01", "31", "480.38", "46.50", "0.00", "526.88", "2519.62", "0.00"]
    assert lines[-1].split() == ["3000.00", "161.26", "0.00", "3161.26", "0.00"]
    assert loan_table(one(quote_loan, "{")) == "input: The input is not JSON."
