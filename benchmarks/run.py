"""Measure what the rules and reports cost, against the same rows in bare tables.

    make bench                       all of it, a quarter of an hour at most
    make bench ARGS=--quick          about two minutes
    make bench ARGS="--only hot"     one part: orders, orm, hot, reports, barriers or import
    make bench ARGS="--json FILE"    the numbers for another program
    make bench ARGS="--write docs/benchmarks.md"

It runs a server of its own in a temporary directory and touches no other database.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import barriers
import import_rates
import order_rates
import report_reads
from page import Machine, machine, page
from results import Result
from server import Bench, started
from settings import PARTS, Settings, quick, whole


def main() -> None:
    """The command."""
    arguments = _arguments()
    parts = tuple(arguments.only or PARTS)
    settings = quick(parts) if arguments.quick else whole(parts)
    with started() as bench:
        facts = machine(bench)
        print(facts.line(), flush=True)
        results: list[Result] = []
        for result in _measured(bench, settings):
            if not results or results[-1].part != result.part:
                print(f"\n{result.part}", flush=True)
            print(f"  {result.line()}", flush=True)
            results.append(result)
    _write(arguments, facts, settings, results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="about two minutes")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write a results page there")
    return parser.parse_args()


def _measured(bench: Bench, settings: Settings) -> Iterator[Result]:
    if any(settings.wants(part) for part in ("orders", "orm", "hot")):
        yield from order_rates.measure(bench, settings)
    if settings.wants("reports"):
        yield from report_reads.measure(bench, settings)
    if settings.wants("barriers"):
        yield from barriers.measure(bench, settings)
    if settings.wants("import"):
        yield from import_rates.measure(bench, settings)


def _write(
    arguments: argparse.Namespace, facts: Machine, settings: Settings, results: list[Result]
) -> None:
    if arguments.json is not None:
        content = {**facts.as_json(), "results": [result.as_json() for result in results]}
        arguments.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    if arguments.write is not None:
        arguments.write.parent.mkdir(parents=True, exist_ok=True)
        arguments.write.write_text(page(facts, settings, results), encoding="utf-8")


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    # Ended from outside, it still has to stop its server.
    signal.signal(signal.SIGTERM, _end)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
