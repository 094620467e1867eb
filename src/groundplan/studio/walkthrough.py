"""The guided tour: twelve steps through entities, relationships, integrity and reporting.

A step lies over the page it is about: the page is the real one, with ``?tour=N`` in its URL, and
the panel of the step beside it. So every step can be linked to, and the back button works.
"""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.studio.ground import Connection
from groundplan.studio.links import LiveLinks


@dataclass(frozen=True)
class Step:
    """``kind`` and ``name`` are the page (links.py); ``place`` is a CSS selector on it of what the
    text is about; ``subject`` "order" or "sku" stands for one that is looked for in the data."""

    title: str
    text: str
    kind: str
    name: str = ""
    place: str = ""
    subject: str = ""


REFUND_RULE = "refunded_is_never_above_the_order_total"

STEPS = (
    Step(
        "A shop at this moment",
        "These numbers are exact: whatever was committed is in them, and nothing else. They come "
        "from schema reporting alone, and they move when an order is placed.",
        "dashboard",
        place="[data-tour=numbers]",
    ),
    Step(
        "Modules, and what they need",
        "A module is a PostgreSQL schema with one purpose. References point only along the arrows, "
        "so any part that is closed under them can be installed alone.",
        "schema",
        place="[data-tour=modules]",
    ),
    Step(
        "Entities and relationships",
        "Orders, their lines, their money. Lines end at the columns they join; the feet of a crow "
        "mean many. Choose a table to see it with its neighbours only.",
        "module",
        "sales",
        place="[data-tour=diagram]",
    ),
    Step(
        "A table explains itself",
        "What it is, every column with its meaning, and the constraints as sentences. All of it "
        "is read from the database: the comments are the documentation.",
        "table",
        "sales.order_items",
        place="[data-tour=columns]",
    ),
    Step(
        "Stock is counted twice",
        "Every movement takes a quantity from one place to another, so nothing appears from "
        "nowhere. What is on hand is the sum of its movements, always.",
        "sku",
        subject="sku",
        place="[data-tour=timeline]",
    ),
    Step(
        "One order, from beginning to end",
        "Status, money, stock and every correction, with who did it and when. History is written "
        "by the database, so no application can forget it.",
        "order",
        subject="order",
        place="[data-tour=timeline]",
    ),
    Step(
        "Rules, not habits",
        "Everything the database refuses, in sentences. Each rule has a guard that refuses, an "
        "audit that finds, an attack that tries, and the sentence you read.",
        "rules",
        place="[data-tour=rules]",
    ),
    Step(
        "Attack one",
        "No order is refunded above its total. Press the button: the attack runs on a scratch "
        "copy, and the database names the rule that refused it.",
        "rule",
        REFUND_RULE,
        place="[data-tour=attack]",
    ),
    Step(
        "The same without its guard",
        "Beside it, the rule is taken away in the copy: now the attack gets through, and only the "
        "audit finds the row. That is the proof that the rule does the work.",
        "rule",
        REFUND_RULE,
        place="[data-tour=without-guard]",
    ),
    Step(
        "A number and where it comes from",
        "Each column of a report has one definition, and its way from the source column to the "
        "number is shown. A column that a report needs cannot be dropped by mistake.",
        "report",
        "metrics_daily",
        place="[data-tour=lineage]",
    ),
    Step(
        "Verify everything",
        "Every rule is checked on every row, and every report is counted again from its source. "
        "It reads one snapshot, takes no locks, and works while others write.",
        "verify",
        place="[data-tour=verify]",
    ),
    Step(
        "Now place an order",
        "Leave this page open and place one from your application, or from psql with "
        "sales.place_order. The numbers change at the commit, without a reload.",
        "dashboard",
        place="[data-tour=freshness]",
    ),
)

_INSTEAD = {"module": "schema", "table": "schema", "rule": "rules", "report": "reports"}
"""Named pages are all about sales; where there are none, the page above."""

_ORDER = """
    select orders.number
    from sales.refunds as refund
    join sales.orders as orders on orders.id = refund.order_id
    order by refund.refunded_at desc, orders.number
    limit 1
"""
_ANY_ORDER = "select number from sales.orders order by placed_at desc nulls last limit 1"
_SKU = """
    select sku.code
    from inventory.stock_levels as level
    join catalog.skus as sku on sku.id = level.sku_id
    order by level.on_hand desc, sku.code
    limit 1
"""


@dataclass(frozen=True)
class Tour:
    """The step that a page is shown with; numbers count from 1."""

    number: int
    step: Step

    @property
    def total(self) -> int:
        return len(STEPS)


def tour_of(asked: str) -> Tour | None:
    """From the ``tour`` of a query; None for what is no step."""
    if asked.isascii() and asked.isdigit() and 1 <= int(asked[:4]) <= len(STEPS):
        return Tour(int(asked), STEPS[int(asked) - 1])
    return None


def address(links: LiveLinks, number: int, connection: Connection, schemas: frozenset[str]) -> str:
    """The page of a step. ``schemas``: those that are installed.

    Where the data have no such order or SKU, the search; where the module is missing, the schema.
    """
    step = STEPS[number - 1]
    if step.subject:
        name = _subject(step.subject, connection, schemas)
        if name is None:
            return links.link("trace", tour=number)
        return links.link(step.kind, name=name, tour=number)
    if step.name and "sales" not in schemas:
        return links.link(_INSTEAD[step.kind], tour=number)
    return links.link(step.kind, name=step.name, tour=number)


def _subject(subject: str, connection: Connection, schemas: frozenset[str]) -> str | None:
    queries = {
        "order": ("sales", (_ORDER, _ANY_ORDER)),
        "sku": ("inventory", (_SKU,)),
    }
    schema, tried = queries[subject]
    if schema not in schemas:
        return None
    for query in tried:
        row = connection.execute(query.encode()).fetchone()
        if row is not None:
            return str(row[0])
    return None
