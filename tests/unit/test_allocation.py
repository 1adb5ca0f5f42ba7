"""How a payment is laid on what is owed, in figures."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core.loans.book.allocation import ORDER, ORDER_BEYOND_90, Order, Owed, Part, allocate, order_of, spread

DUE, LATER = date(2026, 4, 12), date(2026, 5, 12)


def owed(nr: int = 1, due_on: date = DUE, order: Order = ORDER) -> Owed:
    return Owed(1, nr, due_on, penalty=10, fee=5, interest=50, principal=400, order=order)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (ORDER, Part(loan_id=1, nr=1, penalty=10, fee=5, interest=50, principal=35)),
        (ORDER_BEYOND_90, Part(loan_id=1, nr=1, principal=100)),
        (("interest", "principal", "fee", "penalty"), Part(loan_id=1, nr=1, interest=50, principal=50)),
    ],
)
def test_one_instalment_is_paid_in_the_order_that_is_said(order: Order, expected: Part) -> None:
    assert allocate([owed(order=order)], 100) == [expected]


def test_the_older_instalment_is_paid_whole_before_the_next() -> None:
    first, second = allocate([owed(1), owed(2, LATER)], 480)
    assert (first.total, second) == (465, Part(loan_id=1, nr=2, penalty=10, fee=5))


def test_what_is_ahead_goes_to_the_running_instalment_interest_first() -> None:
    ahead = Owed(1, 2, LATER, penalty=0, fee=0, interest=20, principal=400)
    after = Owed(1, 3, date(2026, 6, 12), penalty=0, fee=0, interest=0, principal=400)
    parts = spread([owed(1), ahead, after], 465 + 700, DUE)
    assert parts == [
        Part(loan_id=1, nr=1, penalty=10, fee=5, interest=50, principal=400),
        Part(loan_id=1, nr=2, interest=20, principal=680),
    ]


def test_all_that_is_owed_is_laid_on_each_instalment() -> None:
    ahead = Owed(1, 2, LATER, penalty=0, fee=0, interest=20, principal=400)
    assert [part.total for part in spread([owed(1), ahead], 9999, DUE)] == [465, 420]


def test_an_order_names_each_part_once() -> None:
    assert order_of(None) == ORDER
    assert order_of(["principal", "interest", "fee", "penalty"]) == ORDER_BEYOND_90
    for wrong in (["principal"], ["principal", "principal", "fee", "penalty"], "principal"):
        with pytest.raises(ValueError, match="names each of"):
            order_of(wrong)
