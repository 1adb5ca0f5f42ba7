"""`susu quote auction|share-out` and `susu verify draw`: JSON in and out, without a database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from finance_core.circles.rules.draws import key_chain
from tests.friends import SEED
from tests.unit.conftest import Called

AUCTION: dict[str, Any] = {
    "contribution": "500.00",
    "asset": "CNY",
    "places": 10,
    "commission_percent": "2",
    "winner": 9,
    "bid": "800.05",
    "round": 1,
    "unit": "month",
}
KEYS = key_chain(SEED, 5)
DRAW: dict[str, Any] = {
    "code": "C4TN-8KQ2",
    "round": 2,
    "purpose": "draw",
    "previous_key": KEYS[1],
    "key": KEYS[2],
    "picks": {"1": "rain", "2": "速速", "3": "42", "4": "mango", "5": "7"},
    "eligible": [1, 2, 5],
}
SHARE_OUT: dict[str, Any] = {
    "cash": "939.66",
    "asset": "CNY",
    "shares": [12, 8, 15, 5, 10],
    "owed": ["0", "0.00", "0", "84.59", "0"],
}


def test_a_round_of_an_auction_is_quoted(susu_call: Called) -> None:
    status, out, _ = susu_call("quote", "auction", given=json.dumps({**AUCTION, "id": "r1"}))
    answered = json.loads(out)
    assert (status, answered["id"], answered["pot"]) == (0, "r1", "5000.00")
    assert (answered["prize"], answered["commission"]) == ("4199.95", "100.00")
    assert answered["dividends"][8:] == ["70.00", "70.01"]
    assert answered["net"][8:] == ["430.00", "429.99"]
    assert answered["cost"] == {
        "against_waiting": "22.820053",
        "later_in_full": "54.551615",
        "each_discounted": "6.511601",
    }


def test_in_the_last_round_a_bid_has_no_rate(susu_call: Called) -> None:
    _, out, _ = susu_call("quote", "auction", given=json.dumps({**AUCTION, "round": 10}))
    assert set(json.loads(out)["cost"].values()) == {None}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"bid": "99.99"}, "bid"),
        ({"bid": "2000.01"}, "bid"),
        ({"winner": 11}, "winner"),
        ({"round": 0}, "round"),
        ({"places": 2}, "places"),
        ({"commission_percent": "5.1"}, "commission_percent"),
        ({"contribution": "0.001"}, "contribution"),
        ({"contribution": "-5"}, "contribution"),
        ({"contribution": "about fifty"}, "contribution"),
        ({"unit": "year"}, "unit"),
    ],
)
def test_an_auction_that_there_cannot_be_is_refused_by_its_field(
    susu_call: Called, changed: dict[str, Any], field: str
) -> None:
    status, out, _ = susu_call("quote", "auction", given=json.dumps({**AUCTION, **changed}))
    assert (status, json.loads(out)["error"]["field"]) == (2, field)


def test_a_share_out_is_quoted(susu_call: Called) -> None:
    status, out, _ = susu_call("quote", "share-out", given=json.dumps(SHARE_OUT))
    assert (status, json.loads(out)) == (
        0,
        {
            "value_per_share": "20.4850",
            "entitled": ["245.82", "163.88", "307.28", "102.42", "204.85"],
            "paid": ["245.82", "163.88", "307.28", "17.83", "204.85"],
        },
    )


@pytest.mark.parametrize(
    ("changed", "field"), [({"owed": ["0"]}, "owed"), ({"shares": [0] * 5}, "shares"), ({"cash": "-1"}, "cash")]
)
def test_a_share_out_that_there_cannot_be_is_refused_by_its_field(
    susu_call: Called, changed: dict[str, Any], field: str
) -> None:
    status, out, _ = susu_call("quote", "share-out", given=json.dumps({**SHARE_OUT, **changed}))
    assert (status, json.loads(out)["error"]["field"]) == (2, field)


def test_a_published_draw_is_verified(susu_call: Called) -> None:
    status, out, _ = susu_call("verify", "draw", "-", given=json.dumps(DRAW))
    found = json.loads(out)
    assert (status, found["ok"], found["winner"], list(found["tickets"])) == (0, True, 1, ["1", "2", "5"])


def test_a_whole_order_is_that_of_its_tickets(susu_call: Called) -> None:
    whole = {**DRAW, "round": 0, "previous_key": KEYS[0], "key": KEYS[1], "eligible": [1, 2, 3, 4, 5]}
    _, out, _ = susu_call("verify", "draw", "-", given=json.dumps(whole))
    assert list(json.loads(out)["tickets"]) == ["3", "5", "1", "2", "4"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"previous_key": KEYS[0]}, "the previous key is not the SHA-256 of the key"),
        ({"round": 0, "purpose": "tie"}, "a tie belongs to a round from 1 on"),
    ],
)
def test_a_draw_that_does_not_fit_ends_with_1_and_says_what(
    susu_call: Called, changed: dict[str, Any], said: str
) -> None:
    status, out, err = susu_call("verify", "draw", "-", given=json.dumps({**DRAW, **changed}))
    assert (status, json.loads(out)["wrong"]) == (1, [said])
    assert said in err


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "x"},
        {"code": "c4tn|8kq2"},
        {"picks": {"0": "rain"}},
        {"picks": {"1": "x" * 65}},
        {"picks": ["rain"]},
        {"eligible": []},
        {"eligible": [1, 1]},
        {"eligible": [51]},
        {"purpose": "whole"},
        {"seed": SEED},
    ],
)
def test_a_malformed_draw_ends_with_2_and_a_sentence(susu_call: Called, changed: dict[str, Any]) -> None:
    status, out, err = susu_call("verify", "draw", "-", given=json.dumps({**DRAW, **changed}))
    assert (status, out) == (2, "")
    assert err.startswith("susu: ")
    assert err.count("\n") == 1
