"""A rotating circle kept on paper, day by day: what the book has to come to, written without a database.

A fixed order, one place a person, whole minor units. Days are numbers: round r is due on day r · period.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

GRACE, WAITS, NOTICE, MENDING = 1, 7, 14, 7
OVER: Final = ("paid", "short")


def half_up(part: int, whole: int) -> int:
    """Return part / whole, a half away from zero."""
    return (2 * part + whole) // (2 * whole)


@dataclass
class PaperDue:
    """What a place owes in a round."""

    day: int
    amount: int
    paid: int = 0
    fine: int = 0
    fine_paid: int = 0
    late: bool = False

    @property
    def left(self) -> int:
        return self.amount - self.paid

    @property
    def is_open(self) -> bool:
        return self.left > 0 or self.fine_paid < self.fine


@dataclass
class PaperRound:
    """A round: its day, who receives, what of it has been paid out."""

    day: int
    receiver: int
    commission: int
    state: str = "coming"
    refunds: int | None = None
    out: int = 0


@dataclass
class PaperPlace:
    """A place: its money, its consent, and what has become of it."""

    wallet: int
    automatic: bool = True
    ahead: int = 0
    received: bool = False
    closed: bool = False
    at_once: bool = False
    notice: int | None = None


@dataclass
class PaperCircle:
    """The whole circle. `commission_percent` goes to the institution, `kept_percent` of refunds to the fines."""

    places: list[PaperPlace]
    contribution: int
    period: int
    rule: str
    commission_percent: int
    kept_percent: int
    today: int = 0
    paid_to: int = 0
    """The last due day whose pots are paid by now: none is before nine o'clock of its day."""
    fines: int = 0
    institution: int = 0
    ended: bool = False
    rounds: list[PaperRound] = field(default_factory=list)
    dues: dict[tuple[int, int], PaperDue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = len(self.places)
        commission = half_up(count * self.contribution * self.commission_percent, 100)
        self.rounds = [PaperRound((r + 1) * self.period, r, commission) for r in range(count)]
        for r, each in enumerate(self.rounds):
            for p in range(count):
                self.dues[r, p] = PaperDue(each.day, self.contribution)

    def total(self) -> int:
        """All the money that there is."""
        pots = sum(due.paid for due in self.dues.values()) - sum(each.out for each in self.rounds)
        mine = sum(place.wallet + place.ahead for place in self.places)
        return mine + pots + self.fines + self.institution

    # -- what people do

    def pay(self, payer: int, amount: int, of: int) -> bool:
        """Pay by hand; whether that may be."""
        place = self.places[of]
        dues = [due for _, due in self._dues_of(of) if due.day <= self.today and due.is_open]
        rest = amount - min(amount, sum(due.left + due.fine - due.fine_paid for due in dues))
        coming = sum(due.left for _, due in self._dues_of(of) if due.day > self.today)
        if place.closed or amount > self.places[payer].wallet or rest > max(0, coming - place.ahead):
            return False
        self.places[payer].wallet -= amount
        self._spread(amount - rest, dues)
        place.ahead += rest
        self.settle()
        return True

    def close(self, who: int) -> None:
        """Close a place that has not received: what it has in unpaid pots comes back, the rest in the last round."""
        place = self.places[who]
        place.closed = True
        for r, due in self._dues_of(who):
            due.fine = due.fine_paid
            if self.rounds[r].state in OVER:
                due.amount = due.paid
                if all(each.left == 0 for (nr, _), each in self.dues.items() if nr == r):
                    self.rounds[r].state = "paid"
            else:
                place.wallet += due.paid
                due.amount = due.paid = 0
        self._rearrange(who)
        place.wallet += place.ahead
        place.ahead = 0

    def _rearrange(self, who: int) -> None:
        coming = [r for r, each in enumerate(self.rounds) if each.state not in OVER]
        turns = [(self.rounds[r].refunds, self.rounds[r].receiver) for r in coming]
        order = [receiver for refunds, receiver in turns if refunds is None and receiver != who]
        order += [receiver for refunds, receiver in turns if refunds is not None] + [who]
        for r, receiver in zip(coming, order, strict=True):
            self.rounds[r].receiver = receiver
            self.rounds[r].refunds = receiver if self.places[receiver].closed else None
        for r in coming:
            self._set_amounts(r)

    def _set_amounts(self, r: int) -> None:
        round_ = self.rounds[r]
        held = [p for p, place in enumerate(self.places) if not place.closed]
        if round_.refunds is None:
            amounts = dict.fromkeys(held, self.contribution)
            round_.commission = half_up(len(held) * self.contribution * self.commission_percent, 100)
        else:
            amounts = self._refunds(round_.refunds)
            round_.commission = half_up(sum(amounts.values()) * self.kept_percent, 100)
        for p in range(len(self.places)):
            due = self.dues[r, p]
            due.amount = amounts.get(p, 0)
            over = max(0, due.paid - due.amount)
            due.paid -= over
            self.places[p].wallet += over
            if not due.amount:
                due.fine, due.late = due.fine_paid, False

    def _refunds(self, closed: int) -> dict[int, int]:
        amounts: dict[int, int] = {}
        for r, due in self._dues_of(closed):
            round_ = self.rounds[r]
            if round_.state in OVER and round_.refunds is None and due.paid and round_.receiver != closed:
                payers = [each for (nr, _), each in self.dues.items() if nr == r and each.amount > 0]
                most = max(each.amount for each in payers)
                whole = due.paid if most - due.paid <= 1 else most
                share = round_.commission // len(payers)
                amounts[round_.receiver] = amounts.get(round_.receiver, 0) + due.paid - share * due.paid // whole
        return amounts

    # -- what happens by itself

    def pass_day(self, *, is_closed_on_time: bool, is_belated: bool) -> None:
        """Live through the midnight that ends today, and the next morning."""
        if is_closed_on_time and not self.ended:
            self._judge()
        self.today += 1
        if not is_belated and not self.ended:
            self.paid_to = self.today - 1 if is_closed_on_time else self.today
            self._stop()
        self.paid_to = self.today
        self._collect(range(len(self.places)))
        self.settle()

    def _judge(self) -> None:
        for (r, p), due in self.dues.items():
            own = self.rounds[r].receiver == p and self.rounds[r].refunds is None and self.rounds[r].state not in OVER
            if due.left > 0 and not due.late and not own and due.day + GRACE <= self.today:
                due.late = True
                due.fine = 0 if self.places[p].at_once else half_up(self.contribution * 2, 100)

    def _stop(self) -> None:
        warned = {p: self._long_late(p, self.places[p].notice) for p in range(len(self.places))}
        for p, place in enumerate(self.places):
            stands = not place.closed and not place.at_once and place.notice is not None and warned[p]
            if stands and place.notice is not None and place.notice + MENDING <= self.today and not self.ended:
                self._stop_place(p)
        for p, place in enumerate(self.places):
            is_new = place.notice is None or not self._long_late(p, place.notice)
            if not place.closed and not place.at_once and is_new and self._long_late(p, self.today) and not self.ended:
                place.notice = self.today

    def _stop_place(self, p: int) -> None:
        if self.places[p].received:
            self._at_once(p)
            self._collect([p])
        else:
            self.close(p)
        self.settle()

    def _long_late(self, p: int, by: int | None) -> bool:
        late = [due for _, due in self._dues_of(p) if due.left > 0 and due.late]
        return by is not None and any(due.day + NOTICE <= by for due in late)

    def _at_once(self, p: int) -> None:
        self.places[p].at_once = True
        for _, due in self._dues_of(p):
            due.fine = due.fine_paid
            if due.left > 0:
                due.day = min(due.day, self.today)

    def _collect(self, people: range | list[int]) -> None:
        for p in people:
            place = self.places[p]
            dues = sorted((due.day, r) for r, due in self._dues_of(p) if due.day <= self.today and due.is_open)
            for _, r in sorted(dues, key=lambda each: each[1]):
                taken = min(place.ahead, self.dues[r, p].left)
                self.dues[r, p].paid += taken
                place.ahead -= taken
            if place.automatic:
                place.wallet -= self._spread(place.wallet, [self.dues[r, p] for _, r in dues])

    def _spread(self, money: int, dues: list[PaperDue]) -> int:
        """Pay dues in their order, each contribution before its fine; return what was used."""
        used = 0
        for due in dues:
            part = min(money - used, due.left)
            due.paid += part
            fine = min(money - used - part, due.fine - due.fine_paid)
            due.fine_paid += fine
            self.fines += fine
            used += part + fine
        return used

    def settle(self) -> None:
        """Pay what is to be paid, give back, end."""
        for each in self.rounds:
            if each.state == "coming" and each.day <= self.today and not self.ended:
                each.state = "collecting"
        while self._pay_out():
            pass
        for p, place in enumerate(self.places):
            if not place.closed and not any(due.is_open for _, due in self._dues_of(p)):
                place.wallet += place.ahead
                place.ahead = 0
        if not self.ended and all(each.state in OVER for each in self.rounds):
            self._end()

    def _pay_out(self) -> bool:
        """Pay all pots that are to be paid as they stand now; whether there was any."""
        prizes: dict[int, int] = {}
        found = [pay for r in range(len(self.rounds)) if (pay := self._payout(r)) is not None]
        for r, gross, commission in found:
            round_ = self.rounds[r]
            if round_.state == "collecting" and round_.refunds is None:
                self.places[round_.receiver].received = True
            round_.out += gross
            expected = self._sum(r)
            round_.state = "paid" if round_.out == expected else "short"
            self.places[round_.receiver].wallet += gross - commission
            if round_.refunds is None:
                self.institution += commission
                prizes[round_.receiver] = prizes.get(round_.receiver, 0) + gross - commission
            else:
                self.fines += commission
        for p, prize in prizes.items():
            dues = [due for _, due in self._dues_of(p) if due.day <= self.today and due.is_open]
            self.places[p].wallet -= self._spread(prize, dues)
        return bool(found)

    def _payout(self, r: int) -> tuple[int, int, int] | None:
        """Return round, gross and commission of a pot that is to be paid now."""
        round_, expected = self.rounds[r], self._sum(r)
        if round_.state not in ("collecting", "short") or round_.day > self.paid_to:
            return None
        there = sum(due.paid for (nr, _), due in self.dues.items() if nr == r) - round_.out
        own = self._own(r, there, expected)
        if round_.state == "short":
            if there <= 0:
                return None
        elif there + own != expected and self.paid_to < round_.day + (GRACE + 1 if self.rule == "pay" else WAITS):
            return None
        commission = self._commission(r, round_.out + there + own) - self._commission(r, round_.out)
        return r, there + own, commission

    def _own(self, r: int, there: int, expected: int) -> int:
        """Return what of the receiver's own contribution comes out of the pot."""
        round_ = self.rounds[r]
        if round_.refunds is not None:
            return 0
        own = self.dues[r, round_.receiver].left
        most = half_up(round_.commission * (there + round_.out + own), expected) if expected else 0
        earlier = sum(
            due.fine - due.fine_paid + (due.left if nr < r else 0)
            for nr, due in self._dues_of(round_.receiver)
            if nr <= r and due.day <= self.today
        )
        return max(0, min(own, there - most - earlier))

    def _commission(self, r: int, gross: int) -> int:
        expected = self._sum(r)
        return half_up(self.rounds[r].commission * gross, expected) if expected else 0

    def _sum(self, r: int) -> int:
        return sum(due.amount for (nr, _), due in self.dues.items() if nr == r)

    def _dues_of(self, p: int) -> list[tuple[int, PaperDue]]:
        return [(r, due) for (r, place), due in self.dues.items() if place == p]

    def _end(self) -> None:
        indebted = [p for p in range(len(self.places)) if any(due.is_open for _, due in self._dues_of(p))]
        for p in indebted:
            self._at_once(p)
        if indebted:
            self._collect(indebted)
            while self._pay_out():
                pass
        self.ended = True
        self._share_fines()

    def _share_fines(self) -> None:
        held = [p for p, place in enumerate(self.places) if not place.closed]
        weights = [sum(due.amount > 0 and due.left == 0 and not due.late for _, due in self._dues_of(p)) for p in held]
        if not held:
            return
        if not any(weights):
            weights = [1] * len(held)
        parts = [divmod(self.fines * weight, sum(weights)) for weight in weights]
        missing = self.fines - sum(whole for whole, _ in parts)
        lucky = sorted(range(len(held)), key=lambda each: (-parts[each][1], each))[:missing]
        for index, p in enumerate(held):
            self.places[p].wallet += parts[index][0] + (index in lucky)
        self.fines = 0
