"""What becomes of an order: it is sent, perhaps in two parcels, comes back, is partly refunded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from groundplan.seed.chance import Chance
from groundplan.seed.plan import Fate, Goodwill, Order, Parcel, Range, Return, Year

RETURNED = 0.055
REFUNDED = 0.025
SENT_IN_TWO = 0.05
COMPLETED = 0.9
COMPLETED_AFTER = timedelta(days=21)

_RETURN_REASONS = ("changed_mind", "changed_mind", "wrong_item", "damaged", "unspecified")
_GOODWILL = ("a scratch", "arrived late", "colour differs from the picture", "price adjusted")


def fate_of(chance: Chance, year: Year, range_: Range, order: Order) -> Fate:
    """What has happened to an order by the end of the year."""
    parcels = _parcels(chance, year, range_, order)
    sent = sum(quantity for parcel in parcels for _, quantity in parcel.lines)
    if sent < sum(line.quantity for line in order.lines):
        return Fate(parcels)
    last_sent = parcels[-1].sent_at
    number = order.number
    # What was paid with a voucher is not given back line by line.
    share = RETURNED / 3 if order.channel == "shop" else RETURNED
    if not order.discount and chance.happens(share, "returned", number):
        back_at = _at_work(chance, last_sent.date() + _days(chance, 5, 20, "back", number), number)
        returned = _return(chance, range_, order, back_at) if back_at <= year.end else None
        return Fate(parcels, returned=returned, is_completed=False)
    goodwill = None
    if chance.happens(REFUNDED, "refunded", number):
        paid_at = _at_work(chance, last_sent.date() + _days(chance, 2, 14, "paid", number), number)
        if paid_at <= year.end:
            goodwill = Goodwill(
                paid_at,
                round(chance.between(0.05, 0.25, "goodwill", number), 2),
                chance.one_of(_GOODWILL, "goodwill for", number),
            )
    done = last_sent + COMPLETED_AFTER <= year.end and chance.happens(COMPLETED, "done", number)
    return Fate(parcels, goodwill=goodwill, is_completed=done)


def _parcels(chance: Chance, year: Year, range_: Range, order: Order) -> tuple[Parcel, ...]:
    """Those that have left by the end of the year."""
    number = order.number
    everything = [(position, line.quantity) for position, line in enumerate(order.lines, 1)]
    if order.channel == "shop":
        handed_over = order.placed_at + timedelta(minutes=chance.whole(1, 4, "till", number))
        return _left(year, [Parcel(handed_over, tuple(everything), "Counter", "")])
    bulky = any(range_.skus[line.sku].is_bulky for line in order.lines)
    carrier = "Freight" if bulky else "Parcel"

    def parcel(day: date, lines: Sequence[tuple[int, int]], which: int) -> Parcel:
        tracking = f"{carrier[0]}{chance.whole(10**9, 10**10 - 1, 'tracking', number, which)}"
        return Parcel(_at_work(chance, day, number, which), tuple(lines), carrier, tracking)

    first_day = _working_day(order.placed_at.date() + _days(chance, 1, 4, "ready", number))
    if len(everything) > 1 and chance.happens(SENT_IN_TWO, "in two", number):
        later = _working_day(first_day + _days(chance, 2, 6, "second", number))
        return _left(year, [parcel(first_day, everything[:1], 1), parcel(later, everything[1:], 2)])
    return _left(year, [parcel(first_day, everything, 1)])


def _left(year: Year, parcels: list[Parcel]) -> tuple[Parcel, ...]:
    return tuple(parcel for parcel in parcels if parcel.sent_at <= year.end)


def _return(chance: Chance, range_: Range, order: Order, received_at: datetime) -> Return:
    number = order.number
    reason = chance.one_of(_RETURN_REASONS, "reason", number)
    lines = list(enumerate(order.lines, 1))
    in_full = chance.happens(0.45, "in full", number)
    if not in_full:
        lines = [chance.one_of(lines, "line", number)]

    def disposition(sku: int) -> str:
        # What is sold out stays so: nothing of it comes back onto the shelf.
        broken = reason == "damaged" or range_.roles[sku] == "sold_out"
        return "discard" if broken else "restock"

    return Return(
        received_at,
        tuple(
            (
                position,
                line.quantity if in_full else chance.whole(1, line.quantity, "some", number),
                disposition(line.sku),
            )
            for position, line in lines
        ),
        reason,
    )


def _days(chance: Chance, low: int, high: int, *words: object) -> timedelta:
    """Rather few than many."""
    return timedelta(days=low + int((high - low + 1) * chance.share(*words) ** 1.8))


def _working_day(day: date) -> date:
    return day + timedelta(days=1) if day.weekday() == 6 else day


def _at_work(chance: Chance, day: date, *words: object) -> datetime:
    """Between eight and five."""
    seconds = chance.whole(0, 9 * 3600, "at work", day, *words)
    return datetime.combine(day, time(8)) + timedelta(seconds=seconds)
