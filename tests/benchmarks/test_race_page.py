"""The page and the picture of the race, made from numbers that were not measured."""

import re
from dataclasses import replace
from pathlib import PurePath
from xml.etree import ElementTree

import pytest
from race.audits import FIRST, GONE, HISTORY, KINDS, TRUNCATE, Audits, Cost
from race.dashboard import Dashboards, Looks
from race.measure import Spread
from race.placing import SYSTEMS, Placed, Rate
from race.plot import Bar, Panel, drawing
from race.questions import DAILY, DAYS, TOP, WAYS
from race.refusals import ATTEMPTS, Refusals
from race.sizes import PARTS, quick, whole
from race.words import Findings, page, panels

RATES = {"oscar": 10.0, "bare": 200.0, "core": 400.0, "verb": 300.0, "orm": 100.0}
READS = {"raw": 40.0, "views": 1.0, "dbt": 1.0, "groundplan": 5.0}
REFRESH = {"raw": 0.0, "views": 4.0, "dbt": 6.0, "groundplan": 0.0}


def placed() -> Placed:
    rates = [
        Rate(system, clients, [rate * clients, rate * clients * 1.1], [1.0, 1.1], [2.0, 2.1])
        for clients in (1, 4)
        for system, rate in RATES.items()
    ]
    outcomes: dict[str, str | None] = dict.fromkeys(ATTEMPTS)
    ours: dict[str, str | None] = dict.fromkeys(ATTEMPTS, "23R01")
    refusals = [
        Refusals(system, 0, 20, ours)
        if system in ("verb", "orm")
        else Refusals(system, 20, 20, outcomes)
        for system in SYSTEMS
    ]
    return Placed(tuple(rates), 1_000, tuple(refusals))


def boards() -> Dashboards:
    looks = [
        Looks(
            way,
            batch,
            [0 if way in ("raw", "groundplan") else batch],
            [REFRESH[way]],
            {(question, days): [READS[way]] for question in (DAILY, TOP) for days in DAYS},
        )
        for batch in (1, 100)
        for way in WAYS
    ]
    return Dashboards(looks, 10_000, [1.0], [7.0], dict.fromkeys(WAYS, "shows it"))


def audits() -> Audits:
    costs = [
        Cost(
            title,
            {kind: [2.0 + more] for kind in KINDS},
            {kind: [2.0] for kind in KINDS},
            [3.0 + more],
            [3.0],
        )
        for title, more in (("django-pghistory", 0.2), ("Groundplan", 0.5))
    ]
    caught = {
        cost.title: {FIRST: "yes", GONE: "yes", TRUNCATE: "no", HISTORY: "done"} for cost in costs
    }
    return Audits(tuple(costs), caught)


@pytest.fixture
def findings() -> Findings:
    return Findings(
        whole(PARTS),
        "a machine",
        "`fsync=on`",
        {"dbt-core": "1.11"},
        480,
        1.5,
        2,
        placed(),
        boards(),
        audits(),
    )


def section(text: str, title: str) -> str:
    return text.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_page_says_where_groundplan_is_behind(findings: Findings) -> None:
    behind = section(page(findings, PurePath("race.svg")), "Where Groundplan is behind")
    assert (
        "Orders placed a second, 1 client: 1.33 times as many with SQLAlchemy Core on bare tables"
        " as with Groundplan's `place_order`" in behind
    )
    assert f"Reading {TOP}, 30 days, already refreshed: 5 times as much" in behind
    assert "with Groundplan as with django-pghistory" in behind
    assert "django-oscar" not in behind


def test_the_page_says_where_groundplan_is_ahead(findings: Findings) -> None:
    ahead = section(page(findings, PurePath("race.svg")), "Where Groundplan is ahead")
    assert "30.0 times as many with Groundplan's `place_order` as with django-oscar" in ahead
    # A refresh of 4 s and four answers of 1 ms, against four answers of 5 ms.
    assert "right after 100 new orders: 200 times as much with materialized views" in ahead
    assert not [line for line in ahead.splitlines() if "a second" in line and "Core" in line]


def test_all_that_was_tried_is_on_the_page(findings: Findings) -> None:
    text = page(findings, PurePath("race.svg"))
    for what in (*ATTEMPTS, FIRST, GONE, TRUNCATE, HISTORY):
        assert f"| {what} |" in text
    assert "| last unit sold twice | 20 of 20 times |" in text
    assert "0 of 20 times" in text
    assert "](race.svg)" in text


def test_a_whole_run_is_not_called_shortened(findings: Findings) -> None:
    assert "shortened" not in page(findings, PurePath("race.svg"))


@pytest.mark.parametrize("sizes", [quick(PARTS), whole(("orders",))])
def test_any_other_run_is(findings: Findings, sizes: object) -> None:
    short = replace(findings, sizes=sizes)
    assert "shortened run" in page(short, PurePath("race.svg"))


def test_a_busy_machine_is_told(findings: Findings) -> None:
    busy = "busy with other work"
    assert busy not in page(findings, PurePath("race.svg"))
    assert busy in page(replace(findings, load=9.0), PurePath("race.svg"))


def test_a_part_that_was_not_measured_is_not_there(findings: Findings) -> None:
    alone = replace(findings, placed=None, audits=None)
    text = page(alone, PurePath("race.svg"))
    assert "## Dashboard" in text
    assert "## Orders" not in text
    assert "## Audit" not in text
    assert len(panels(alone)) == 1


def test_every_table_is_rectangular(findings: Findings) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", page(findings, PurePath("race.svg")), re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_the_picture_is_drawn_for_light_and_dark(findings: Findings) -> None:
    text = drawing(panels(findings))
    ElementTree.fromstring(text)
    assert "prefers-color-scheme: dark" in text
    for title in (*WAYS.values(), "django-oscar", "Groundplan's place_order"):
        assert title.replace("'", "&#x27;") in text


def widths(panel: Panel) -> list[float]:
    root = ElementTree.fromstring(drawing([panel]))
    found = [
        (bar.get("class"), float(bar.get("width", "0"))) for bar in root.iter() if "rect" in bar.tag
    ]
    return [width for kind, width in found if kind in ("ours", "other")]


def test_bars_are_as_long_as_their_numbers() -> None:
    bars = tuple(Bar(str(n), Spread(n, n, n), False) for n in (10.0, 20.0, 40.0))
    one, two, four = widths(Panel("X", "", bars))
    assert two == pytest.approx(2 * one, abs=0.3)
    assert four == pytest.approx(4 * one, abs=0.3)


def test_logarithmic_bars_grow_by_powers() -> None:
    bars = tuple(Bar(str(n), Spread(n, n, n), False) for n in (20.0, 200.0, 2_000.0))
    one, two, three = widths(Panel("X", "", bars, is_logarithmic=True))
    assert two - one == pytest.approx(three - two, abs=0.3)


def test_nothing_added_is_still_a_bar() -> None:
    (width,) = widths(Panel("X", "", (Bar("a", Spread(-0.1, -0.2, 0.0), True),)))
    assert width == 1
