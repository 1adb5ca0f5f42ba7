"""What a circle can be set to."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a circle does with what is paid in."""

    ROTATING = "rotating"  # each round one place receives
    ACCUMULATING = "accumulating"  # it is saved and lent, and shared out at the end


class Order(StrEnum):
    """Who receives when."""

    FIXED = "fixed"  # by turn: the chair's order, or as members pick
    WHOLE = "whole"  # drawn for all rounds at the start
    LOTTERY = "lottery"  # drawn before each round
    AUCTION = "auction"  # who bids the highest discount
    NONE = "none"  # nobody receives in turn: an accumulating circle


class Security(StrEnum):
    """What stands for who has received."""

    NONE = "none"
    DEPOSIT = "deposit"  # paid in at the start, back with the last payment
    GUARANTORS = "guarantors"
    RETENTION = "retention"  # kept back from the payout
