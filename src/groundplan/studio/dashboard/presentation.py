"""From what was read to what the templates show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from groundplan.studio.dashboard import answer
from groundplan.studio.dashboard.question import RANKINGS, Question
from groundplan.studio.dashboard.ranges import ENDS_WITH_ORDERS, NAMES, Days
from groundplan.studio.dashboard.wording import days_in_words, minor_units, percent
from groundplan.studio.links import Links
from groundplan.studio.rendering import NOTHING, amount, count, day, share

Context = dict[str, Any]

ALERTS_SHOWN = 8
MONTHS_IN_TABLE = 6

ALERT_KINDS = {
    "out_of_stock": ("Out of stock", "bad"),
    "below_reorder_point": ("Below reorder point", "warn"),
    "dead_stock": ("Dead stock", "plain"),
    "overstock": ("Overstock", "plain"),
}


@dataclass(frozen=True)
class Card:
    """A number. ``change`` is in words with its ``tone``; ``before`` is what it was."""

    name: str
    label: str
    value: str
    unit: str
    change: str
    tone: str
    before: str


@dataclass(frozen=True)
class Way:
    """A link to the same page with another choice."""

    name: str
    label: str
    href: str
    is_current: bool


def _card(name: str, now: Any, before: Any, text: str, was: str, unit: str = "") -> Card:
    change, tone = percent(now, before)
    label = name.replace("_", " ").capitalize()
    return Card(name, label, text, unit, change, tone, was)


def _cards(
    selection: answer.Selection,
    now: tuple[answer.Numbers, answer.Customers],
    before: tuple[answer.Numbers, answer.Customers] | None,
) -> list[Card]:
    digits = minor_units(selection.currency)
    numbers, customers = now
    earlier, former = before or (None, None)
    cards: list[Card] = []
    for name in ("net_sales", "average_order_value"):
        value, was = getattr(numbers, name), getattr(earlier, name, None)
        money = (amount(value, digits), amount(was, digits))
        cards.append(_card(name, value, was, *money, unit=selection.currency))
    for name in ("orders", "units"):
        value, was = getattr(numbers, name), getattr(earlier, name, None)
        cards.append(_card(name, value, was, count(value), count(was)))
    cards.append(_margin(numbers.gross_margin, earlier.gross_margin if earlier else None))
    for name in ("customers", "new_customers", "returning_customers"):
        value, was = getattr(customers, name), getattr(former, name, None)
        cards.append(_card(name, value, was, count(value), count(was)))
    places = ("net_sales", "orders", "average_order_value", "gross_margin", "units", "customers")
    order = {name: place for place, name in enumerate(places)}
    return sorted(cards, key=lambda card: order.get(card.name, len(order)))


def _margin(now: Decimal | None, before: Decimal | None) -> Card:
    """A share is compared by points: 40 % after 50 % are 10 points less, not 20 %."""
    change, tone = NOTHING, "plain"
    if now is not None and before is not None:
        points = (now - before) * 100
        change = f"{points:+.1f} points".replace("-", "−")
        tone = "good" if points > 0 else "bad" if points < 0 else "plain"
    return Card("gross_margin", "Gross margin", share(now), "", change, tone, share(before))


def head_context(
    links: Links, shop: answer.Shop, question: Question, selection: answer.Selection
) -> Context:
    """What can be chosen, and what is."""
    before = selection.days.before()
    anchor = selection.anchor
    since = None
    if question.range in ENDS_WITH_ORDERS and anchor.last and anchor.last < anchor.today:
        since = day(anchor.last)
    return {
        "selection": selection,
        "ranges": [
            Way(
                name,
                label,
                links.link("dashboard", **question.with_range(name).query()),
                name == question.range,
            )
            for name, label in NAMES.items()
        ],
        "channels": shop.channels(selection.currency),
        "range_text": days_in_words(selection.days),
        "before_text": days_in_words(before) if before else None,
        "nothing_since": since,
        "shown_label": NAMES.get(question.range, "").lower(),
    }


def sales_context(
    connection: answer.Connection,
    shop: answer.Shop,
    question: Question,
    selection: answer.Selection,
    links: Links,
) -> Context:
    """The numbers, charts and tables."""
    days = selection.days
    before = days.before()
    now = _both(connection, selection, days)
    cards = _cards(selection, now, _both(connection, selection, before) if before else None)
    months = answer.read_months(connection, selection)
    while len(months) > MONTHS_IN_TABLE and not (months[0].net_sales or months[0].cogs):
        months = months[1:]
    return {
        "cards": cards,
        "orders": now[0].orders,
        "mark": answer.mark_of(shop, selection, now[0]),
        "digits": minor_units(selection.currency),
        "drawn": answer.read_days(connection, selection),
        "drawn_text": days_in_words(days.to_draw()),
        "months": months,
        "profits": list(reversed(months[-MONTHS_IN_TABLE:])),
        "top_skus": answer.read_top_skus(connection, selection, question.ranked_by),
        "rankings": [
            Way(
                name,
                label,
                links.link("dashboard", **question.with_rank(name).query()),
                name == question.ranked_by,
            )
            for name, label in RANKINGS.items()
        ],
    }


def _both(
    connection: answer.Connection, selection: answer.Selection, days: Days
) -> tuple[answer.Numbers, answer.Customers]:
    return (
        answer.read_numbers(connection, selection, days),
        answer.read_customers(connection, selection, days),
    )


def alert_context(alerts: list[answer.Alert]) -> Context:
    """The worst, and how many there are of each kind."""
    counts = Counter({alert.kind: alert.how_many for alert in alerts})
    return {
        "alerts": alerts[:ALERTS_SHOWN],
        "alert_counts": [
            (kind, label, tone, counts[kind])
            for kind, (label, tone) in ALERT_KINDS.items()
            if counts[kind]
        ],
        "alert_kinds": ALERT_KINDS,
        "alerts_in_all": counts.total(),
    }
