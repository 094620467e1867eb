"""Stock of a year: what is there at first, what suppliers bring, what is lost and found.

Orders are known when this is planned, so nothing is ever promised that is not there: what a SKU
has available, counted by the day on which orders are placed, never falls below zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from math import ceil

from groundplan.seed.chance import Chance
from groundplan.seed.plan import Adjustment, Order, Range, Receipt, ReorderRule, Role, Stock, Year

_WEEK = 7
_DAYS_AT_LEAST = 10
_DAYS_AT_MOST = 40
_RUN_DOWN = 55
"""From so many days before the end on, less comes in of what is to be low or sold out."""
_TOO_MUCH = 75

_LOST = ("damaged", "lost", "counted")
_FOUND = ("found", "counted")


def stock_of(chance: Chance, year: Year, range_: Range, orders: Sequence[Order]) -> Stock:
    """Receipts, adjustments and reorder rules with which these orders can be served."""
    counted = _adjustments(chance, year, range_, len(orders))
    taken, given = _flows(year, range_, orders, counted)
    adjustments = list(counted)
    receipts: list[Receipt] = []
    rules: list[ReorderRule] = []
    for sku, role in enumerate(range_.roles):
        plan = _Replenishment(chance, year, sku, role, taken[sku], given[sku])
        receipts += plan.receipts
        if role == "sold_out" and plan.available > 0:
            # Where little is sold, what came in early is never bought: it is counted out.
            adjustments.append(Adjustment(sku, -plan.available, year.end, "counted"))
        if role != "dead":
            rules.append(plan.rule())
    receipts.sort(key=lambda receipt: (receipt.received_at, receipt.sku))
    return Stock(tuple(receipts), tuple(adjustments), tuple(rules))


def _adjustments(chance: Chance, year: Year, range_: Range, orders: int) -> list[Adjustment]:
    steady = [place for place, role in enumerate(range_.roles) if role == "steady"]
    found: list[Adjustment] = []
    for number in range(max(4, min(36, orders // 100))):
        is_lost = chance.happens(0.7, "is lost", number)
        quantity = chance.whole(1, 3, "adjusted", number)
        day = chance.one_of(year.days[:-1] or year.days, "counted on", number)
        found.append(
            Adjustment(
                sku=chance.one_of(steady, "counted", number),
                quantity=-quantity if is_lost else quantity,
                adjusted_at=datetime.combine(day, time(18, chance.whole(0, 59, "at", number))),
                reason=chance.one_of(_LOST if is_lost else _FOUND, "adjusted for", number),
            )
        )
    return sorted(found, key=lambda adjustment: adjustment.adjusted_at)


def _flows(
    year: Year, range_: Range, orders: Sequence[Order], adjustments: Sequence[Adjustment]
) -> tuple[list[list[int]], list[list[int]]]:
    """For each SKU and day: units promised or lost, and units that came back or were found."""
    taken = [[0] * len(year.days) for _ in range_.skus]
    given = [[0] * len(year.days) for _ in range_.skus]

    def day_of(moment: datetime) -> int:
        return (moment.date() - year.days[0]).days

    for order in orders:
        for line in order.lines:
            taken[line.sku][day_of(order.placed_at)] += line.quantity
            if order.fate.cancelled:  # Which is done at the end: all can be sold again.
                given[line.sku][-1] += line.quantity
        if order.fate.returned is not None:
            day = day_of(order.fate.returned.received_at)
            for position, quantity, disposition in order.fate.returned.lines:
                if disposition == "restock":
                    given[order.lines[position - 1].sku][day] += quantity
    for adjustment in adjustments:
        flow = taken if adjustment.quantity < 0 else given
        flow[adjustment.sku][day_of(adjustment.adjusted_at)] += abs(adjustment.quantity)
    return taken, given


class _Replenishment:
    """A SKU through the year: looked at once a week, filled up when it runs low.

    What comes in during a day is counted on from the next one.
    """

    def __init__(
        self,
        chance: Chance,
        year: Year,
        sku: int,
        role: Role,
        taken: Sequence[int],
        given: Sequence[int],
    ) -> None:
        self._chance, self._year, self._sku, self._role = chance, year, sku, role
        self._taken, self._given = taken, given
        days = len(taken)
        self.least = max(2, ceil(sum(taken) / days * _DAYS_AT_LEAST))
        self.most = max(3 * self.least, ceil(sum(taken) / days * _DAYS_AT_MOST))
        self._pack = 12 if sum(taken) > days else 6 if sum(taken) > days / 4 else 1
        self._has_too_much = False
        self.receipts: list[Receipt] = []
        self.available = 0
        self._open()
        for day in range(days):
            self._pass_day(day)

    def rule(self) -> ReorderRule:
        """When to order more: the words of the reports follow from where the year has ended."""
        least, most = self.least, self.most
        if self._role == "low":
            least = max(least, self.available)
            most = max(most, 3 * least)
        elif self._role == "overstocked":
            most = max(1, min(most, self.available - 1))
            least = min(least, most)
        else:
            most = max(most, ceil(self.available * 1.2))
        return ReorderRule(self._sku, least, most)

    def _open(self) -> None:
        first_week = sum(self._taken[: _WEEK + 1])
        if self._role == "dead":
            quantity = sum(self._taken) + self._chance.whole(8, 30, "left over", self._sku)
        elif self._year_is_short():
            quantity = self._last_target(0)
        else:
            quantity = self._packed(first_week + self.most)
        self._receive(-1, quantity, "Opening stock")
        self.available = quantity

    def _pass_day(self, day: int) -> None:
        self.available += self._given[day] - self._taken[day]
        if self._role == "dead" or day % _WEEK != self._sku % _WEEK:
            return
        quantity = self._wanted(day)
        if quantity > 0:
            self._receive(day, quantity, "Weekly delivery")
            self.available += quantity

    def _wanted(self, day: int) -> int:
        left = len(self._taken) - day
        if self._role == "overstocked" and left <= _TOO_MUCH and not self._has_too_much:
            self._has_too_much = True
            return self._packed(4 * self.most)
        if left <= _RUN_DOWN and self._role in ("sold_out", "low"):
            return self._last_target(day + 1) - self.available
        soon = sum(self._taken[day + 1 : day + _WEEK + 2])
        if self.available - soon > self.least:
            return 0
        return self._packed(soon + self.most - self.available)

    def _last_target(self, day: int) -> int:
        """What is needed until the end, and what shall be left then."""
        rest = sum(self._taken[day:])
        if self._role == "sold_out":
            return rest
        return rest + (self.least // 2 if self._role == "low" else self.most)

    def _year_is_short(self) -> bool:
        return len(self._taken) <= _RUN_DOWN

    def _packed(self, quantity: int) -> int:
        return ceil(max(0, quantity) / self._pack) * self._pack

    def _receive(self, day: int, quantity: int, note: str) -> None:
        if quantity <= 0:
            return
        date = self._year.days[0] + timedelta(days=day)
        minutes = self._chance.whole(0, 180, "delivered", self._sku, day)
        at = datetime.combine(date, time(7)) + timedelta(minutes=minutes)
        self.receipts.append(Receipt(self._sku, quantity, min(at, self._year.end), note))
