"""The results page: on what it was measured, the table, what the numbers mean, how to repeat it."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from results import Result
from server import OPTIONS, Bench
from settings import Settings


@dataclass(frozen=True)
class Machine:
    """What the numbers depend on."""

    commit: str
    measured_on: str
    postgresql: str
    python: str
    system: str
    processor: str
    cores: int
    memory_gb: int

    def line(self) -> str:
        """For a terminal."""
        return (
            f"commit {self.commit}, PostgreSQL {self.postgresql}, {self.cores} cores"
            f" ({self.processor}), {self.memory_gb} GB"
        )

    def as_json(self) -> dict[str, object]:
        """For ``--json``."""
        return asdict(self)


def machine(bench: Bench) -> Machine:
    """This machine, this checkout, this server."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Machine(
        commit=_commit(),
        measured_on=datetime.now(UTC).date().isoformat(),
        postgresql=bench.server.version(),
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        processor=_processor(),
        cores=_cores(),
        memory_gb=round(pages * size / 1024**3),
    )


def _cores() -> int:
    """Those this process may use; a container may have fewer than the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _commit() -> str:
    git = ["git", "-C", str(Path(__file__).parent)]
    try:
        shown = subprocess.run(
            [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no", "--", "../src", "."],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{shown} with changes" if changed else shown


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"


_TITLES = {
    "orders": "Placing orders",
    "orm": "Placing orders with plain statements, as an ORM sends them",
    "hot": "One popular SKU",
    "reports": "Reading reports",
    "barriers": "Security barriers",
    "import": "Importing",
}

_SENTENCES = {
    "orders": "Orders of three lines through `sales.place_order`, with every rule, the history, the"
    " ledger, the reports' delta, the fulfillment and the stock reserved; beside it one good"
    " function that writes the same rows into tables without constraints and triggers."
    " *Server CPU* is the time on a core of a single call, first quartile.",
    "orm": "The kit: begin, insert the order, insert its three lines one by one, set its status to"
    " placed, commit: 7 statements. Bare: the same, and the application writes history, ledger,"
    " delta, reservations, fulfillment and stock itself: 13 statements.",
    "hot": "Every order has a line of the same SKU, whose stock is one row that all orders have to"
    " lock, so that they wait for each other; beside it orders of random SKUs.",
    "reports": "The reporting views and functions, beside a GROUP BY over the ledger that gives the"
    " same numbers; that they are equal is checked in each run. *Pending* are ledger rows that are"
    " not yet folded into the reports; reports add them when they are read. Every report is exact"
    " at every moment, folded or not.",
    "barriers": "Reading one of several tenants through views that run the filter by tenant before"
    " the conditions of the query; beside it the same views without that barrier, which would show"
    " other tenants' rows to a condition that is cheap or fails. 1 is no difference.",
    "import": "The import: reading the file, orders, stock, shipments, returns, refunds and reports"
    " of its lines, by all rules; beside it COPY of the same lines into one table of texts.",
}


def page(facts: Machine, settings: Settings, results: list[Result]) -> str:
    """The Markdown page."""
    options = ", ".join(f"`{name}={value}`" for name, value in OPTIONS.items())
    parts = [
        '<!-- Written by `make bench ARGS="--write docs/benchmarks.md"`. -->',
        "# Benchmarks",
        "What the rules and reports cost, and what they save. A *ratio* is how fast Groundplan is"
        " as a multiple of what it is compared with: 0.5 is half as fast, 20 is twenty times as"
        f" fast. It is the median of {settings.rounds} rounds"
        f" (up to {settings.reads} for reports), in which both were measured"
        " right after each other on the same server; the spread is the smallest and largest of"
        " them. Ratios travel from machine to machine much better than rates do.",
        f"Measured on {facts.measured_on}: commit {facts.commit}, PostgreSQL {facts.postgresql},"
        f" Python {facts.python}, {facts.system}, {facts.cores} cores of {facts.processor},"
        f" {facts.memory_gb} GB of memory; {options}, all else as PostgreSQL has it. The clients"
        " ran on the same cores as the server.",
    ]
    for part, title in _TITLES.items():
        rows = [result.row() for result in results if result.part == part]
        if rows:
            head = "| what | ratio | spread | Groundplan | compared with |\n|---|---|---|---|---|"
            parts += [f"## {title}", _SENTENCES[part], "\n".join([head, *rows])]
    parts += [
        "## How to repeat it",
        "```sh\n"
        "make bench                          # all of it, a quarter of an hour at most\n"
        "make bench ARGS=--quick             # about two minutes\n"
        'make bench ARGS="--only reports"    # one part\n'
        "```",
        "The run starts a PostgreSQL of its own in a temporary directory. Before it measures, it"
        " places the same hundred orders on both sides and compares every row they have written;"
        " it stops if one differs. The bare side is [benchmarks/bare.sql](../benchmarks/bare.sql).",
    ]
    return "\n\n".join(parts) + "\n"
