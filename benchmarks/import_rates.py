"""Importing the file Online Retail, beside COPY of the same lines into one table."""

from __future__ import annotations

import csv
import os
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from results import Result, compared
from server import Bench, opened
from settings import Settings

from groundplan.database import drop_database
from groundplan.importer.online_retail import import_online_retail
from groundplan.importer.online_retail.reading import COLUMNS
from groundplan.importer.online_retail.reading import opened as lines_of

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def measure(bench: Bench, settings: Settings) -> Iterator[Result]:
    """Lines a second of both. The import includes reading the file, and its one commit."""
    given = _given()
    file = bench.server.directory / "lines.csv"
    lines = _beginning(given, file, settings.lines) if given else _made_up(file, settings.lines)
    rows = file.read_bytes().partition(b"\n")[2]
    pairs: list[tuple[float, float]] = []
    for number in range(settings.imports):
        url = bench.database(f"import_{number}", None, bare=False)
        raw = _copy(url, rows)
        began = time.perf_counter()
        import_online_retail(file, url)
        pairs.append((lines / (time.perf_counter() - began), lines / raw))
        drop_database(bench.server.url(), f"import_{number}")
    name = "Online Retail" if given else "a made-up file"
    yield compared("import", f"the first {lines:,} lines of {name}", pairs, "lines/s")


def _given() -> Path | None:
    """The file, from the folder GROUNDPLAN_SAMPLE_DATA or from shared/data beside the checkout."""
    named = os.environ.get("GROUNDPLAN_SAMPLE_DATA")
    folder = Path(named) if named else _BESIDE
    found = sorted(folder.rglob("online_retail.csv*")) if folder.is_dir() else []
    if named and not found:
        raise SystemExit(f"there is no online_retail.csv in {folder} (GROUNDPLAN_SAMPLE_DATA)")
    return found[0] if found else None


def _made_up(file: Path, lines: int) -> int:
    """Write a file of the same shape: 20 lines an invoice, 3,000 codes, one line in 50 credited."""
    chance = random.Random(1)
    moment = datetime(2011, 1, 3, 8)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(COLUMNS)
        customer = ""
        for number in range(lines):
            invoice = 540_000 + number // 20
            if number % 20 == 0:
                moment += timedelta(minutes=chance.randrange(5, 60))
                customer = f"{12_346 + chance.randrange(4_000)}.0"
            code = chance.randrange(3_000)
            price = f"{0.5 + code % 80 / 8:.2f}"
            is_credit = number % 1000 >= 980
            writer.writerow(
                (
                    f"C{invoice}" if is_credit else invoice,
                    10_000 + code,
                    f"ARTICLE {code}",
                    -1 if is_credit else chance.randrange(1, 13),
                    moment.isoformat(" "),
                    price,
                    customer,
                    "United Kingdom",
                )
            )
    return lines


def _beginning(given: Path, file: Path, most: int) -> int:
    """Write the first lines of the file given, without compression; how many they are."""
    with lines_of(given) as lines, file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(COLUMNS)
        count = 0
        for line in islice(lines, most):
            writer.writerow(line.fields)
            count += 1
    return count


def _copy(url: str, rows: bytes) -> float:
    """Seconds of COPY into one table of texts."""
    with opened(url, sync=True) as connection:
        columns = ", ".join(f"{column.lower()} text" for column in COLUMNS)
        connection.execute(f"create table public.raw_lines ({columns})".encode())
        began = time.perf_counter()
        with connection.cursor().copy("copy public.raw_lines from stdin (format csv)") as copy:
            copy.write(rows)
        return time.perf_counter() - began
