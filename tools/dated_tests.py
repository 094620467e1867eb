"""Run tests on other days: leap days, turns of the year, nights in which clocks are changed.

    python tools/dated_tests.py                  all moments, the tests in which a day matters
    python tools/dated_tests.py --moments 3      the first three only
    python tools/dated_tests.py tests/reports    these tests

The clock of everything that is started, PostgreSQL included, is set by libfaketime (on Debian:
apt-get install faketime). Sessions get another time zone with each moment.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

MOMENTS = (
    ("2028-02-29 12:00:00", "UTC"),
    ("2026-12-31 23:58:00", "America/Los_Angeles"),
    ("2027-03-28 00:59:30", "Europe/Berlin"),  # 01:59:30 there: an hour is left out.
    ("2026-11-30 00:01:00", "Asia/Kolkata"),
    ("2027-01-01 00:00:05", "Pacific/Auckland"),
    ("2027-10-31 00:59:30", "Europe/Berlin"),  # 02:59:30 there: an hour comes twice.
    ("2027-03-14 09:59:30", "America/Los_Angeles"),
    ("2027-11-07 08:59:30", "America/Los_Angeles"),
    ("2027-03-01 12:00:00", "UTC"),
    ("2027-05-31 23:59:30", "UTC"),
    ("2027-07-01 10:00:00", "Asia/Kolkata"),
    ("2026-09-30 21:59:30", "Europe/Berlin"),  # Midnight there, at the end of a quarter.
    ("2028-12-30 18:00:00", "Pacific/Auckland"),
    ("2027-08-15 06:00:00", "Pacific/Auckland"),
)
"""Moments in UTC, and the time zone of the sessions. The first are tried in every run of CI."""

TESTS = (
    "tests/demo",
    "tests/reports",
    "tests/cli/test_reports.py",
    "tests/seed/test_year.py",
    "tests/modules/test_orders.py",
    "tests/modules/test_fulfillment.py",
    "tests/modules/test_order_amounts.py",
)

LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/local/lib/faketime/libfaketimeMT.so.1")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--moments", type=int, default=len(MOMENTS), metavar="N")
    parser.add_argument("tests", nargs="*", default=TESTS)
    arguments = parser.parse_args()
    library = next((found for glob in LIBRARIES for found in Path("/").glob(glob[1:])), None)
    if library is None:
        print("libfaketime is missing: apt-get install faketime", file=sys.stderr)
        return 1
    failed = 0
    for moment, zone in MOMENTS[: arguments.moments]:
        began = time.monotonic()
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", *arguments.tests],
            env={
                **os.environ,
                "LD_PRELOAD": str(library),
                "FAKETIME": f"@{moment}",
                "FAKETIME_DONT_RESET": "1",
                "TZ": "UTC",
                "GROUNDPLAN_TEST_TIME_ZONE": zone,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        failed += ended.returncode != 0
        closing = (ended.stdout.strip().splitlines() or [ended.stderr.strip()])[-1]
        print(f"{moment} UTC, sessions in {zone}: {closing}", flush=True)
        if ended.returncode != 0:
            print(ended.stdout[-20_000:], ended.stderr[-2_000:], sep="\n", flush=True)
        print(f"  {time.monotonic() - began:,.0f} s", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
