"""Orders of a year: when, by whom, of what, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from groundplan.seed.chance import Chance, Weighted, apportioned
from groundplan.seed.fates import fate_of
from groundplan.seed.plan import Channel, Fate, Line, Order, Range, Role, Year
from groundplan.seed.shop import Promotion, Sku, the_shop

GROWTH = 0.5
"""How much more is sold at the end of the year than at its beginning, season aside."""

_WEEKDAYS = (1.08, 1.02, 0.98, 0.98, 0.94, 0.88, 1.12)
_MONTHS = (0.95, 0.86, 0.94, 0.97, 0.95, 0.90, 0.86, 0.84, 1.00, 1.05, 1.25, 1.40)
_HOURS_ONLINE = (
    5,
    3,
    2,
    1,
    1,
    2,
    4,
    7,
    9,
    10,
    11,
    11,
    12,
    11,
    10,
    10,
    10,
    11,
    12,
    14,
    17,
    17,
    13,
    8,
)
_HOURS_SHOP = (0,) * 10 + (6, 9, 10, 9, 9, 10, 12, 14, 9) + (0,) * 5
_LINES = (46, 27, 14, 8, 5)
_CHANNELS: tuple[tuple[Channel, float], ...] = (("web", 62), ("shop", 16), ("marketplace", 22))

_GUESTS = {"web": 0.06, "shop": 0.55, "marketplace": 0.10}
_FREE_SHIPPING_FROM = 5900
_TAX_ON_SHIPPING = 0.19


def the_range(chance: Chance, year: Year) -> Range:
    """The SKUs with their roles. What sells least is dead, what sells well may be sold out."""
    skus = the_shop().skus
    by_sales = sorted(range(len(skus)), key=lambda place: skus[place].sold)
    third = len(skus) // 3
    roles: list[Role] = ["steady"] * len(skus)

    def cast(role: Role, places: Sequence[int], how_many: int) -> None:
        free = [place for place in places if roles[place] == "steady"]
        for place in sorted(free, key=lambda place: chance.share(role, place))[:how_many]:
            roles[place] = role

    cast("dead", by_sales[:third], 5)
    cast("overstocked", by_sales[: 2 * third], 5)
    cast("sold_out", by_sales[third:], 6)
    cast("low", by_sales[third:], 10)
    return Range(skus, tuple(roles), year.last - timedelta(days=130))


def orders_of(chance: Chance, year: Year, range_: Range, how_many: int, buyers: int) -> list[Order]:
    """So many orders, oldest first, by up to ``buyers`` customers."""
    shelf = _Shelf(range_)
    customers = _Customers(chance, buyers / how_many, buyers)
    orders: list[Order] = []
    for placed_at, channel in _moments(chance, year, how_many):
        number = len(orders) + 1
        lines = _lines(chance, shelf, number, placed_at.date())
        order = _priced(chance, range_, number, placed_at, channel, lines)
        orders.append(
            replace(
                order,
                customer=customers.of(number, channel),
                fate=fate_of(chance, year, range_, order),
            )
        )
    return _some_cancelled(chance, year, range_, orders)


def day_weight(chance: Chance, year: Year, place: int) -> float:
    """How much is sold on a day, relative to others."""
    day = year.days[place]
    weight = 1 + GROWTH * place / len(year.days)
    weight *= _WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1]
    if day.month == 12 and day.day >= 23:
        weight *= 0.45
    for promotion in the_shop().promotions:
        if promotion.covers(day):
            weight *= promotion.lift
    return weight * chance.between(0.84, 1.16, "day", day)


def _moments(chance: Chance, year: Year, how_many: int) -> Iterator[tuple[datetime, Channel]]:
    """When each order is placed, and through which channel; in order of time."""
    weights = [day_weight(chance, year, place) for place in range(len(year.days))]
    by_share = Weighted([share for _, share in _CHANNELS])
    hours = {"shop": Weighted(_HOURS_SHOP)}
    online = Weighted(_HOURS_ONLINE)
    for day, count in zip(year.days, apportioned(how_many, weights), strict=True):
        # Of the last day only a part is over: its orders crowd together in it.
        midnight = datetime.combine(day, time())
        part = min(1.0, (year.end - midnight) / timedelta(days=1))
        found: list[tuple[datetime, Channel]] = []
        for place in range(count):
            channel, _ = _CHANNELS[by_share.place(chance.share("channel", day, place))]
            hour = hours.get(channel, online).place(chance.share("hour", day, place))
            second = chance.whole(0, 3599, "second", day, place)
            passed = timedelta(hours=hour, seconds=second) * part
            found.append((midnight + timedelta(seconds=int(passed.total_seconds())), channel))
        yield from sorted(found)


class _Shelf:
    """Draws SKUs by how well they sell on a day."""

    def __init__(self, range_: Range) -> None:
        self.range = range_
        self._drawn: dict[tuple[int, tuple[Promotion, ...], bool], Weighted] = {}

    def promotions(self, day: date) -> tuple[Promotion, ...]:
        """Those that run on a day."""
        return tuple(each for each in the_shop().promotions if each.covers(day))

    def on(self, day: date) -> Weighted:
        """The places of the range, by weight."""
        running = self.promotions(day)
        key = (day.month, running, day > self.range.dead_after)
        if key not in self._drawn:
            self._drawn[key] = Weighted(
                [
                    self._weight(place, sku, day, running)
                    for place, sku in enumerate(self.range.skus)
                ]
            )
        return self._drawn[key]

    def _weight(self, place: int, sku: Sku, day: date, running: tuple[Promotion, ...]) -> float:
        if self.range.roles[place] == "dead" and day > self.range.dead_after:
            return 0.0
        weight = sku.sold * (2.0 if day.month in sku.months else 1.0)
        if any(each.category and each.includes(sku) for each in running):
            weight *= 1.8
        return weight


class _Customers:
    """Draws who buys: somebody new, or somebody who was here before, rather of the early ones."""

    def __init__(self, chance: Chance, new_share: float, most: int) -> None:
        self._chance = chance
        self._new_share = new_share
        self._most = most
        self._known = 0
        self._orders = 0

    def of(self, number: int, channel: Channel) -> int | None:
        if self._chance.happens(_GUESTS[channel], "guest", number):
            return None
        # Spread over the year, more of them at its beginning.
        self._orders += 1
        wanted = self._new_share * (1.55 - 0.9 * self._known / self._most)
        if self._known == 0 or (
            self._known < self._most and self._chance.happens(wanted, "new", number)
        ):
            self._known += 1
            return self._known
        return 1 + int(self._known * self._chance.share("again", number) ** 1.3)


def _lines(chance: Chance, shelf: _Shelf, number: int, day: date) -> tuple[Line, ...]:
    drawn = shelf.on(day)
    running = shelf.promotions(day)
    wanted = 1 + Weighted(_LINES).place(chance.share("lines", number))
    places: list[int] = []
    for attempt in range(wanted * 2):
        place = drawn.place(chance.share("sku", number, attempt))
        if place not in places and len(places) < wanted:
            places.append(place)
    return tuple(_line(chance, shelf.range.skus[place], place, number, running) for place in places)


def _line(
    chance: Chance, sku: Sku, place: int, number: int, running: tuple[Promotion, ...]
) -> Line:
    quantity = 1 + int(sku.most * chance.share("quantity", number, place) ** 2.4)
    rate = max((each.discount for each in running if each.includes(sku)), default=0.0)
    return Line(place, quantity, round(quantity * sku.price * 100 * rate))


def _priced(
    chance: Chance,
    range_: Range,
    number: int,
    placed_at: datetime,
    channel: Channel,
    lines: tuple[Line, ...],
) -> Order:
    goods = sum(
        round(range_.skus[line.sku].price * 100) * line.quantity - line.discount for line in lines
    )
    shipping = 0
    if channel != "shop":
        if any(range_.skus[line.sku].is_bulky for line in lines):
            shipping = 2900
        elif goods < _FREE_SHIPPING_FROM:
            shipping = 490
    net_shipping = round(shipping / (1 + _TAX_ON_SHIPPING))
    wrapped = chance.happens(0.08 if placed_at.month == 12 else 0.025, "wrapped", number)
    voucher = channel == "web" and goods > 6000 and chance.happens(0.04, "voucher", number)
    return Order(
        number=number,
        placed_at=placed_at,
        channel=channel,
        customer=None,
        lines=lines,
        shipping=net_shipping,
        shipping_tax=shipping - net_shipping,
        surcharge=350 if wrapped else 0,
        discount=chance.one_of((500, 1000), "worth", number) if voucher else 0,
        fate=Fate(),
    )


def _some_cancelled(chance: Chance, year: Year, range_: Range, orders: list[Order]) -> list[Order]:
    """A cancellation counts on the day it is made, which is today: only recent orders have one."""
    recent = [
        order
        for order in orders
        if order.placed_at.date() >= year.last - timedelta(days=1)
        and order.channel != "shop"
        and not any(range_.roles[line.sku] == "sold_out" for line in order.lines)
    ]
    chosen = sorted(recent, key=lambda order: chance.share("cancelled", order.number))
    taken = {order.number for order in chosen[: max(1, round(len(chosen) * 0.08))]}
    why = ("changed mind", "ordered twice", "found it elsewhere", "wrong address")
    return [
        replace(order, fate=Fate(cancelled=chance.one_of(why, "why", order.number)))
        if order.number in taken
        else order
        for order in orders
    ]
