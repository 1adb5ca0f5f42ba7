"""`susu quote packet|split` and `susu verify packet`: JSON in and out, without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finance_core.friends.rules.draws import commitment
from tests.friends import SEED
from tests.unit.conftest import Called

PACKET: dict[str, Any] = {"total": "10.00", "asset": "CNY", "shares": 5, "kind": "lucky", "seed": SEED}
GIVEN: dict[str, Any] = {
    **PACKET,
    "commitment": commitment(SEED),
    "given": ["4.05", "1.49", "0.32", "2.46", "1.68"],
}


def test_a_packet_is_quoted_from_its_seed(susu_call: Called) -> None:
    status, out, _ = susu_call("quote", "packet", given=json.dumps(PACKET))
    assert status == 0
    assert json.loads(out) == {"commitment": GIVEN["commitment"], "shares": GIVEN["given"]}
    _, out, _ = susu_call("quote", "packet", given=json.dumps({**PACKET, "kind": "equal", "shares": 3, "id": 7}))
    assert json.loads(out) == {"id": 7, "commitment": GIVEN["commitment"], "shares": ["3.34", "3.33", "3.33"]}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"total": "0.04"}, "total"),
        ({"total": "1000.01"}, "total"),
        ({"total": 10}, "total"),
        ({"shares": 101}, "shares"),
        ({"seed": SEED.upper()}, "seed"),
        ({"seed": None}, "seed"),
        ({"kind": "fair"}, "kind"),
        ({"more": 1}, "more"),
    ],
)
def test_a_packet_that_there_cannot_be_is_refused_by_its_field(
    susu_call: Called, changed: dict[str, Any], field: str
) -> None:
    status, out, _ = susu_call("quote", "packet", given=json.dumps({**PACKET, **changed}))
    assert status == 2
    assert json.loads(out)["error"]["field"] == field


def test_a_bill_is_split_by_weights(susu_call: Called) -> None:
    bill = {"total": "100.01", "asset": "CNY", "organiser": 1, "weights": [2, 1]}
    status, out, _ = susu_call("quote", "split", given=json.dumps(bill))
    assert (status, json.loads(out)) == (0, {"owes": ["50.00", "25.00"], "organiser": "25.01"})
    _, out, _ = susu_call("quote", "split", given=json.dumps({**bill, "organiser": 0, "weights": [1, 1, 1]}))
    assert json.loads(out) == {"owes": ["33.34", "33.34", "33.33"], "organiser": "0.00"}
    status, out, _ = susu_call("quote", "split", given=json.dumps({**bill, "weights": []}))
    assert (status, json.loads(out)["error"]["field"]) == (2, "weights")


def test_a_packet_that_fits_its_seed_is_verified(susu_call: Called, tmp_path: Path) -> None:
    file = tmp_path / "packet.json"
    for given in (GIVEN, {**GIVEN, "given": GIVEN["given"][:2]}):
        file.write_text(json.dumps(given))
        status, out, _ = susu_call("verify", "packet", str(file))
        assert (status, json.loads(out)["ok"]) == (0, True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"given": ["4.05", "1.48", "0.33", "2.46", "1.68"]}, "share 2 is 1.48, the seed gives 1.49"),
        ({"given": ["4.05", "0.00"]}, "share 2 is 0.00, the seed gives 1.49"),
        ({"commitment": "0" * 64}, "the commitment is not the SHA-256 of the seed"),
        ({"total": "1000.01"}, "5 shares take 0.05 to 1,000.00, not 1,000.01"),
        ({"given": [*GIVEN["given"], "0.01"]}, "6 shares were given, the packet has 5"),
    ],
)
def test_a_file_that_does_not_fit_ends_with_1_and_says_what(
    susu_call: Called, changed: dict[str, Any], said: str
) -> None:
    status, out, err = susu_call("verify", "packet", "-", given=json.dumps({**GIVEN, **changed}))
    assert status == 1
    assert said in err
    assert said in json.loads(out)["wrong"]


@pytest.mark.parametrize(
    "given",
    [
        "",
        "{",
        "[]",
        "{}",
        json.dumps({**GIVEN, "seed": "x"}),
        json.dumps({**GIVEN, "given": "4.05"}),
        json.dumps({**GIVEN, "given": [4.05]}),
        json.dumps({**GIVEN, "given": ["4.055"]}),
        json.dumps({**GIVEN, "total": "-1.00"}),
    ],
)
def test_a_malformed_file_ends_with_2_and_a_sentence(susu_call: Called, given: str) -> None:
    status, out, err = susu_call("verify", "packet", "-", given=given)
    assert (status, out) == (2, "")
    assert err.startswith("susu: ")
    assert err.count("\n") == 1


def test_a_file_that_there_is_not_ends_with_2(susu_call: Called, tmp_path: Path) -> None:
    status, _, err = susu_call("verify", "packet", str(tmp_path / "none.json"))
    assert status == 2
    assert "cannot be read" in err
