"""What the measurements say, part by part: where Groundplan is ahead, and where it is behind."""

from __future__ import annotations

from .audits import Audits
from .dashboard import Dashboards
from .measure import Spread, Verdict, shown, spread, verdict
from .placing import SYSTEMS, Placed
from .questions import DAILY, DAYS, TOP, WAYS

OURS, OTHERS = ("verb", "orm"), ("oscar", "bare", "core")


def of_orders(placed: Placed) -> list[Verdict]:
    """Rates for each number of clients, and the server's time for an order."""
    verdicts: list[Verdict] = []
    counts = sorted({rate.clients for rate in placed.rates})
    for our in OURS:
        for count in counts:
            for other in OTHERS:
                verdicts.append(
                    verdict(
                        (SYSTEMS[our], placed.of(our, count).orders_per_second),
                        (SYSTEMS[other], placed.of(other, count).orders_per_second),
                        f"Orders placed a second, {_clients(count)}",
                        "orders/s",
                        more_is_better=True,
                    )
                )
        for other in OTHERS:
            ours = placed.of(our, counts[0]).server_cpu
            theirs = placed.of(other, counts[0]).server_cpu
            if ours and theirs:
                verdicts.append(
                    verdict(
                        (SYSTEMS[our], ours),
                        (SYSTEMS[other], theirs),
                        "The server's CPU time for an order, 1 client",
                        "ms",
                        more_is_better=False,
                    )
                )
    return verdicts


def of_dashboards(boards: Dashboards) -> list[Verdict]:
    """Until the numbers are there and right; and reading alone, once they are."""
    verdicts: list[Verdict] = []
    others = [way for way in WAYS if way != "groundplan"]
    for batch in sorted({looks.batch for looks in boards.looks}):
        for other in others:
            verdicts.append(
                verdict(
                    (WAYS["groundplan"], exact_rounds(boards, "groundplan", batch)),
                    (WAYS[other], exact_rounds(boards, other, batch)),
                    f"All four answers, right after {_orders(batch)}",
                    "ms",
                    more_is_better=False,
                )
            )
    for question in (DAILY, TOP):
        for days in DAYS:
            for other in others:
                verdicts.append(
                    verdict(
                        (WAYS["groundplan"], read_rounds(boards, "groundplan", question, days)),
                        (WAYS[other], read_rounds(boards, other, question, days)),
                        f"Reading {question}, {days} days, already refreshed",
                        "ms",
                        more_is_better=False,
                    )
                )
    return verdicts


def of_audits(audits: Audits) -> list[Verdict]:
    """What keeping adds to one insert, one update and one delete."""
    ours = next(cost for cost in audits.costs if cost.title == "Groundplan")
    return [
        verdict(
            ("Groundplan", ours.added_cpu_rounds()),
            (cost.title, cost.added_cpu_rounds()),
            "CPU time that keeping an insert, an update and a delete adds to making them",
            "ms",
            more_is_better=False,
        )
        for cost in audits.costs
        if cost is not ours
    ]


def exact_rounds(boards: Dashboards, way: str, batch: int) -> list[float]:
    """Milliseconds until all four answers are there and right, in each round."""
    return [seconds * 1000 for seconds in boards.of(way, batch).exact()]


def read_rounds(boards: Dashboards, way: str, question: str, days: int) -> list[float]:
    """Milliseconds of one answer, in all rounds of all sizes."""
    return [
        value for looks in boards.looks if looks.way == way for value in looks.reads[question, days]
    ]


def exact(boards: Dashboards, way: str, batch: int) -> Spread:
    """Of these rounds."""
    return spread(exact_rounds(boards, way, batch))


def reading(boards: Dashboards, way: str, question: str, days: int) -> Spread:
    """Of these rounds."""
    return spread(read_rounds(boards, way, question, days))


def surcharge(placed: Placed | None, boards: Dashboards | None) -> str:
    """How many orders pay as much for exact reports as one refresh takes; empty if unknown."""
    if placed is None or boards is None:
        return ""
    ours, bare = placed.of("verb", 1).cpu[1], placed.of("core", 1).cpu[1]
    if ours is None or bare is None or ours.middle <= bare.middle:
        return ""
    more = ours.middle - bare.middle
    batch = max(looks.batch for looks in boards.looks)
    texts: list[str] = []
    for way in ("views", "dbt"):
        refresh = spread(boards.of(way, batch).refresh).middle
        orders = f"{refresh / more * 1000:,.0f}"
        texts.append(f"{shown(refresh)} s for {WAYS[way]}, as much as {orders} orders")
    return (
        f"Groundplan pays when an order is written: {shown(more)} ms more of the server's CPU time"
        " than SQLAlchemy Core on bare tables, for all its rules, its ledger and its reports"
        f" together. The others pay when they refresh: {'; '.join(texts)}. Whoever refreshes less"
        " often than that pays less than Groundplan does, and looks at older numbers."
    )


def _clients(count: int) -> str:
    return "1 client" if count == 1 else f"{count} clients"


def _orders(count: int) -> str:
    return "1 new order" if count == 1 else f"{count:,} new orders"
