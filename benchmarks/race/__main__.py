"""Measure Groundplan beside other ways to keep orders, dashboards and histories.

    make race                            all of it, about eight minutes; writes docs/race.md
    make race ARGS=--quick               a short run, to see that it works
    make race ARGS="--only orders"       one part: orders, dashboard or audit
    make race ARGS="--write FILE.md"     where the page is written, its picture beside it
    make race ARGS="--json FILE"         the numbers for another program

It runs a server of its own in a temporary directory and touches no other database.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import cast

from page import machine
from server import OPTIONS, Bench, started

from . import audits, dashboard, ground, placing
from .plot import drawing
from .sizes import PARTS, Sizes, quick, whole
from .words import Findings, page, panels

PAGE = Path(__file__).parents[2] / "docs" / "race.md"

_PACKAGES = (
    "django-oscar",
    "Django",
    "SQLAlchemy",
    "psycopg",
    "dbt-core",
    "dbt-postgres",
    "django-pghistory",
    "SQLAlchemy-Continuum",
)


def main() -> None:
    """The command."""
    arguments = _arguments()
    parts = tuple(part for part in PARTS if part in (arguments.only or PARTS))
    sizes = quick(parts) if arguments.quick else whole(parts)
    with started() as bench:
        findings = _measured(bench, sizes)
    for one in findings.verdicts():
        print(f"  {one.outcome:<6}  {one.sentence}")
    target = arguments.write or (PAGE if sizes.is_whole else None)
    if target is None:
        print("This was a shortened run: docs/race.md stays as it is (--write FILE.md writes one).")
    else:
        _write(target, findings)
    if arguments.json is not None:
        text = json.dumps(_plain(asdict(findings)), indent=2)
        arguments.json.write_text(text + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make race", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="short rounds, to see that it works")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there")
    return parser.parse_args()


def _measured(bench: Bench, sizes: Sizes) -> Findings:
    facts = machine(bench)
    print(facts.line(), flush=True)
    began = time.monotonic()
    placed = boards = audited = None
    if "orders" in sizes.parts:
        print("orders: the same orders, placed in every system", flush=True)
        placed = placing.measure(bench, sizes)
        print(f"  {time.monotonic() - began:.0f} s", flush=True)
    if "dashboard" in sizes.parts:
        print("dashboard: the same numbers, kept in four ways", flush=True)
        boards = dashboard.measure(bench, sizes)
        print(f"  {time.monotonic() - began:.0f} s", flush=True)
    if "audit" in sizes.parts:
        print("audit: the same changes, kept in three ways", flush=True)
        audited = audits.measure(bench, sizes)
        print(f"  {time.monotonic() - began:.0f} s", flush=True)
    where = (
        f"{facts.measured_on}, commit {facts.commit}, PostgreSQL {facts.postgresql}, Python"
        f" {facts.python}, {facts.system}, {facts.cores} cores of {facts.processor},"
        f" {facts.memory_gb} GB of memory"
    )
    return Findings(
        sizes=sizes,
        machine=where,
        settings=ground.settings(bench, (*OPTIONS, "synchronous_commit")),
        versions={name: version(name) for name in _PACKAGES},
        seconds=time.monotonic() - began,
        load=os.getloadavg()[2],
        cores=facts.cores,
        placed=placed,
        boards=boards,
        audits=audited,
    )


def _write(target: Path, findings: Findings) -> None:
    picture = target.with_suffix(".svg")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(findings, Path(picture.name)), encoding="utf-8")
    picture.write_text(drawing(panels(findings)), encoding="utf-8")
    print(f"written: {target} and {picture}")


def _plain(value: object) -> object:
    """For JSON, whose keys are texts."""
    if isinstance(value, dict):
        named = cast("dict[object, object]", value)
        return {_key(key): _plain(inner) for key, inner in named.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in cast("list[object]", value)]
    return value


def _key(key: object) -> str:
    return ", ".join(map(str, cast("tuple[object]", key))) if isinstance(key, tuple) else str(key)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    # Ended from outside, it still has to stop its server.
    signal.signal(signal.SIGTERM, _end)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
