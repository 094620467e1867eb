"""The results page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from . import comparisons
from .audits import FIRST, GONE, HISTORY, KINDS, TRUNCATE, Audits
from .dashboard import LATE_DAYS, Dashboards
from .measure import Spread, Verdict, shown, spread
from .placing import SYSTEMS, Placed
from .plot import Bar, Panel
from .questions import DAILY, DAYS, TOP, WAYS
from .refusals import ATTEMPTS
from .shop import SKUS
from .sizes import Sizes


@dataclass(frozen=True)
class Findings:
    """What was measured, on what; a part that was not wanted is None."""

    sizes: Sizes
    machine: str
    settings: str
    versions: dict[str, str]
    seconds: float
    load: float
    cores: int
    placed: Placed | None
    boards: Dashboards | None
    audits: Audits | None

    def verdicts(self) -> list[Verdict]:
        """Of all parts."""
        found: list[Verdict] = []
        if self.placed:
            found += comparisons.of_orders(self.placed)
        if self.boards:
            found += comparisons.of_dashboards(self.boards)
        if self.audits:
            found += comparisons.of_audits(self.audits)
        return found


def page(findings: Findings, picture: PurePath) -> str:
    """The whole page as Markdown; ``picture`` is the name of the drawing beside it."""
    verdicts = findings.verdicts()
    parts = [
        "<!-- Written by `make race`. Do not edit: run it again. -->",
        "# The race",
        "The same orders, the same dashboard and the same changes of rows, kept by Groundplan and"
        " by what one would otherwise use. Everything runs on one server, one after the other, in"
        f" up to {findings.sizes.rounds} rounds, and each begins in turn. Numbers are medians, with"
        " the smallest and the largest round in brackets. One way is said to be better than another"
        " only where every single round says so.",
        _conditions(findings),
    ]
    if findings.load > 2 * findings.cores:
        parts.append(_busy(findings))
    if not findings.sizes.is_whole:
        parts.append(_shortened(findings.sizes))
    parts += [
        f"![Bars of what is in the tables below]({picture})",
        "## Where Groundplan is behind",
        _list(verdicts, "behind", "In nothing that was measured here."),
        "## Where Groundplan is ahead",
        _list(verdicts, "ahead", "In nothing that was measured here."),
        "## Where no difference can be told",
        _list(verdicts, "level", "Nowhere: all rounds agree."),
    ]
    if findings.placed:
        parts += _orders(findings.placed, findings.sizes)
    if findings.boards:
        parts += _dashboards(findings.boards, findings.placed, findings.sizes)
    if findings.audits:
        parts += _audits(findings.audits)
    return "\n\n".join([*parts, *_repeat()]) + "\n"


def panels(findings: Findings) -> list[Panel]:
    """What the picture shows."""
    drawn: list[Panel] = []
    if findings.placed:
        for count in sorted({rate.clients for rate in findings.placed.rates}):
            bars = tuple(
                Bar(_plain(SYSTEMS[rate.system]), rate.rate, rate.system in comparisons.OURS)
                for rate in findings.placed.rates
                if rate.clients == count
            )
            who = "1 client" if count == 1 else f"{count} clients"
            drawn.append(Panel(f"Orders a second, {who}", "More is better.", bars))
    if findings.boards:
        batch = max(looks.batch for looks in findings.boards.looks)
        bars = tuple(
            Bar(WAYS[way], comparisons.exact(findings.boards, way, batch), way == "groundplan")
            for way in WAYS
        )
        title = f"Milliseconds until a dashboard is right, {batch:,} orders later"
        drawn.append(Panel(title, "Less is better; logarithmic.", bars, is_logarithmic=True))
    if findings.audits:
        bars = tuple(
            Bar(cost.title, cost.added_cpu(), cost.title == "Groundplan")
            for cost in findings.audits.costs
        )
        title = "CPU milliseconds that a kept history adds to an insert, an update, a delete"
        drawn.append(Panel(title, "Less is better.", bars))
    return drawn


def _conditions(findings: Findings) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in findings.versions.items())
    return (
        f"Measured in {findings.seconds / 60:.0f} minutes: {findings.machine}. {versions}. All"
        f" databases are on that one server: {findings.settings}, all else as PostgreSQL has it."
        " Clients keep their connections, run on the same cores as the"
        " server, and nothing goes over HTTP."
    )


def _busy(findings: Findings) -> str:
    return (
        "> **The machine was busy with other work** (the load average of the last quarter of an"
        f" hour was {shown(findings.load)} on {findings.cores} cores): times are longer and spreads"
        " wider than on a quiet one, and small differences cannot be told."
    )


def _shortened(sizes: Sizes) -> str:
    how = "with few and short rounds" if sizes.is_quick else "at full length"
    return (
        f"> **This was a shortened run**: {', '.join(sizes.parts)}, {how}. It shows that everything"
        " works; for numbers to quote, `make race` without arguments."
    )


def _list(verdicts: Sequence[Verdict], outcome: str, otherwise: str) -> str:
    lines = [f"* {one.sentence}" for one in verdicts if one.outcome == outcome]
    return "\n".join(lines) or otherwise


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _orders(placed: Placed, sizes: Sizes) -> list[str]:
    counts = sorted({rate.clients for rate in placed.rates})
    head = ["system"]
    for count in counts:
        who = "1 client" if count == 1 else f"{count} clients"
        head += [f"orders/s, {who}"]
    head += ["ms of client CPU per order", "ms of server CPU per order"]
    rows: list[list[str]] = []
    for system, title in SYSTEMS.items():
        client, server = placed.of(system, counts[0]).cpu
        rates = [placed.of(system, count).rate.text() for count in counts]
        rows.append([title, *rates, client.text(), server.text() if server else "not readable"])
    return [
        "## Orders",
        f"{len(placed.rates[0].orders_per_second)} rounds; {placed.orders:,} orders of three lines,"
        f" of {sizes.clients} clients at once or of one, the same in every system. django-oscar:"
        " three products added to a basket, the order"
        " placed by its `OrderCreator`; each of these four steps is a transaction, as its"
        " documentation recommends; sessions, pages, addresses and payment are left out."
        " SQLAlchemy on bare tables: order, lines, and the stock promised, with primary keys and"
        " references and no other rule. Groundplan: the same by `sales.place_order`, or by"
        " statements of an ORM; it also writes history, ledger, reports, reservations and"
        " fulfillment. CPU times are those with one client. Afterwards orders, their value and the"
        " units promised of each SKU are compared with what was ordered; the race fails if one"
        " system differs.",
        _table(head, rows),
        "### What is refused",
        "Tried in the same databases. *Last unit*: two sessions look, both see one unit, both buy"
        " it at the same moment; both got it so many times. The bare shop asks before it buys, as"
        " an application would. The other attempts are single statements of plain SQL, as the"
        " owner of the tables.",
        _refusals(placed),
    ]


def _refusals(placed: Placed) -> str:
    rows = [
        [
            "last unit sold twice",
            *[f"{one.oversold} of {one.trials} times" for one in placed.refusals],
        ]
    ]
    for what in ATTEMPTS:
        outcomes = [one.outcomes[what] for one in placed.refusals]
        rows.append([what, *[f"refused ({state})" if state else "done" for state in outcomes]])
    return _table(["attempt", *[SYSTEMS[one.system] for one in placed.refusals]], rows)


def _dashboards(boards: Dashboards, placed: Placed | None, sizes: Sizes) -> list[str]:
    rows: list[list[str]] = []
    for looks in boards.looks:
        missing = spread([float(number) for number in looks.missing])
        refresh = spread(looks.refresh)
        rows.append(
            [
                f"{looks.batch:,}",
                WAYS[looks.way],
                f"{missing.middle:,.0f}",
                "none" if looks.way in ("raw", "groundplan") else refresh.text("s"),
                comparisons.exact(boards, looks.way, looks.batch).text("ms"),
            ]
        )
    reads = [
        [WAYS[way]]
        + [
            comparisons.reading(boards, way, question, days).text()
            for question in (DAILY, TOP)
            for days in DAYS
        ]
        for way in WAYS
    ]
    head = [f"{question}, {days} days, ms" for question in (DAILY, TOP) for days in DAYS]
    per_day = shown(boards.history * 3 / 365 / SKUS)
    full, models = spread(boards.full_refresh), spread(boards.dbt_models)
    parts = [
        "## Dashboard",
        f"Four answers: {DAILY} of 30 and of 365 days, {TOP} of 30 and of 365 days; in a year of"
        f" {boards.history:,} orders, after so many new ones. Materialized views: one by day, one"
        " by day and SKU, `refresh materialized view concurrently`. dbt: the same two as"
        " incremental models that look back three days, run by its command. GROUP BY has indexes"
        " on dates and references. After every round all ways have to give the same numbers, or the"
        f" race fails. {sizes.dashboard_rounds} rounds of each size. In Groundplan the year was put"
        " back into its ledger as from a dump; new orders are placed one by one.",
        _table(
            [
                "new orders",
                "way",
                "orders missing before a refresh",
                "refresh",
                "all four answers, right",
            ],
            rows,
        ),
        f"Of a dbt run, its models took {models.text('s')}, added up over two threads; the rest is"
        f" dbt itself. A full refresh took {full.text('s')}.",
        "Reading alone, when everything is refreshed. A SKU is in"
        f" {per_day} order lines a day here: where that is below 1, rows by day and SKU are as"
        " many as the lines they were counted from, and counting them beforehand saves nothing for"
        " the best-selling SKUs of any range of days. The more a SKU sells, the more it saves.",
        _table(["way", *head], reads),
        f"Then one order arrives that was placed {LATE_DAYS} days ago: "
        + "; ".join(f"{WAYS[way]}: {said}" for way, said in boards.late.items())
        + ".",
    ]
    sentence = comparisons.surcharge(placed, boards)
    return [*parts, sentence] if sentence else parts


def _audits(audits: Audits) -> list[str]:
    rows: list[list[str]] = []
    for cost in audits.costs:
        rows.append(
            [
                cost.title,
                *[f"{_signed(cost.added(kind))} on {_ms(cost.plain[kind])}" for kind in KINDS],
                _signed(cost.added_cpu()),
            ]
        )
    titles = [cost.title for cost in audits.costs]
    tried = [
        [what, *[audits.caught[title][what] for title in titles]]
        for what in (FIRST, GONE, TRUNCATE, HISTORY)
    ]
    return [
        "## Audit",
        "Products are inserted, renamed and deleted, each in a transaction of its own, by Django's"
        " ORM (django-pghistory with events for insert, update and delete, and its option for an"
        " append-only history) and by SQLAlchemy's (SQLAlchemy-Continuum as it comes and with its"
        " triggers, and Groundplan's products). Beside each, the same client with the same table"
        " without it; Groundplan's without its audit triggers. What is kept differs: the others"
        " keep every version, Groundplan the superseded ones, since the newest is the row. The run"
        " fails if one of them is missing.",
        _table(
            ["keeping adds, in ms", *KINDS, "all three, CPU of client and server"],
            rows,
        ),
        "Then the same by plain SQL, past the application:",
        _table(["what is done with SQL", *titles], tried),
    ]


def _ms(values: Sequence[float]) -> str:
    return spread(values).text()


def _signed(value: Spread) -> str:
    return value.text() if value.middle < 0 else f"+{value.text()}"


def _plain(title: str) -> str:
    return title.replace("`", "")


def _repeat() -> list[str]:
    return [
        "## How to repeat it",
        "```sh\n"
        "make race                          # all of it, about eight minutes; writes this page\n"
        "make race ARGS=--quick             # about two minutes, to see that it works\n"
        'make race ARGS="--only dashboard"  # one part: orders, dashboard or audit\n'
        'make race ARGS="--json FILE --write FILE.md"\n'
        "```",
        "The other systems are installed into `.venv-race`, apart from Groundplan, the first time."
        " The run starts a PostgreSQL of its own in a temporary directory and touches no other"
        " database. Everything that is measured is in [benchmarks/race](../benchmarks/race).",
    ]
