"""What a rule of the user's refuses is set aside, record by record, with the rule's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from groundplan.database import connect
from groundplan.importer import ImportReport, import_files, read_mapping
from groundplan.importer.loading.batches import Loader
from tests.importer.test_dirt import assert_everything_holds, rows
from tests.importer.trouble import till

Write = Callable[..., Any]

_REFUSE = """
    create function public.refuse() returns trigger language plpgsql as $$
    begin
        if new.sku_code = 'FORBIDDEN' then
            raise exception using
                errcode = {code}, constraint = {name},
                message = format('%s is not sold any more', new.sku_code),
                hint = 'Sell something else.';
        end if;
        return new;
    end $$;
    create trigger zz_refuse before insert on sales.order_items
        for each row execute function public.refuse();
"""

BAD = frozenset(range(20, 980, 25)) | {971}
"""40 of a thousand, the last two of them neighbours in one half of a half."""


def _with_forbidden(count: int) -> str:
    return "".join(
        f"{text}\n"
        for text in (
            till.HEADER,
            *(
                till.line(number, sku="FORBIDDEN" if number in BAD else None)
                for number in range(1, count + 1)
            ),
        )
    )


def _refuse(url: str, code: str = "P0001", name: str = "sold_goods_are_in_the_range") -> None:
    with connect(url) as connection:
        connection.execute(_REFUSE.format(code=f"'{code}'", name=f"'{name}'").encode())


def _import(url: str, mapping: str, file: Any, **more: Any) -> ImportReport:
    from pathlib import Path

    return import_files(read_mapping(Path(mapping)), [str(file)], url, **more)


def test_forty_of_a_thousand(
    database: str, mapping: str, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them in one batch; it takes some hundred loads to find them, not a thousand."""
    assert len(BAD) == 40
    _refuse(database)
    loads = _counted_loads(monkeypatch)
    report = _import(database, mapping, written(_with_forbidden(1_000)))
    assert (report.read, report.loaded, report.rejected) == (1_000, 960, 40)
    assert report.reasons == {"sold_goods_are_in_the_range": 40}
    assert report.first_rejects[0].line == 21
    assert report.first_rejects[0].detail == (
        "The database refused it: FORBIDDEN is not sold any more. Sell something else."
    )
    refused = rows(database, "select line_number - 1 from importing.rejected_lines order by 1")
    assert [number for (number,) in refused] == sorted(BAD)
    assert rows(database, "select count(*) from sales.orders") == [(960,)]
    assert rows(database, "select count(*) from catalog.skus where code = 'FORBIDDEN'") == [(0,)]
    # Halving: each bad one costs at most twice the depth of the tree, and neighbours share.
    assert len(loads) <= 2 * 40 * 10
    assert sum(loads) <= 1_000 * 11
    assert_everything_holds(database)


def _counted_loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records each attempt to load had."""
    loads: list[int] = []
    load_once = Loader._load_once  # pyright: ignore[reportPrivateUsage]

    def counted(self: Loader, numbers: Any) -> None:
        loads.append(len(numbers))
        load_once(self, numbers)

    monkeypatch.setattr(Loader, "_load_once", counted)
    return loads


def test_the_same_in_batches_that_are_committed(
    database: str, mapping: str, written: Write
) -> None:
    _refuse(database)
    report = _import(database, mapping, written(_with_forbidden(300)), commit_every=70)
    bad = sorted(number for number in BAD if number <= 300)
    assert (report.loaded, report.rejected) == (300 - len(bad), len(bad))
    refused = rows(database, "select line_number - 1 from importing.rejected_lines order by 1")
    assert [number for (number,) in refused] == bad
    assert_everything_holds(database)


@pytest.mark.parametrize(
    "code", ["P0001", "23514", "22023", "45000", "23R99", "MY001", "T0001", "44000", "54000"]
)
def test_whatever_code_the_rule_has(code: str, database: str, mapping: str, written: Write) -> None:
    """A rule may be raised by any code; only the server's own troubles end the import."""
    _refuse(database, code)
    report = _import(database, mapping, written(_with_forbidden(25)))
    assert (report.loaded, report.rejected) == (24, 1)
    assert report.reasons == {"sold_goods_are_in_the_range": 1}


@pytest.mark.parametrize("code", ["53100", "57014", "42501", "XX000", "40001", "0A000"])
def test_troubles_of_the_server_end_the_import(
    code: str, database: str, mapping: str, written: Write
) -> None:
    from groundplan.errors import GroundplanError

    _refuse(database, code)
    with pytest.raises(GroundplanError, match="not sold any more") as caught:
        _import(database, mapping, written(_with_forbidden(25)))
    assert isinstance(caught.value.__cause__, psycopg.Error)
    assert rows(database, "select count(*), to_regclass('importing.runs') from sales.orders") == [
        (0, None)
    ]


def test_a_rule_without_a_name(database: str, mapping: str, written: Write) -> None:
    _refuse(database, name="")
    report = _import(database, mapping, written(_with_forbidden(25)))
    assert report.reasons == {"refused_by_the_database": 1}


def test_a_rule_that_speaks_at_the_commit(database: str, mapping: str, written: Write) -> None:
    """A deferred rule is asked for each batch, so that it is one record that it refuses."""
    with connect(database) as connection:
        connection.execute(
            _REFUSE.format(code="'P0001'", name="'said_late'")
            .replace("create trigger zz_refuse before", "create constraint trigger zz_refuse after")
            .replace("for each row execute", "deferrable initially deferred for each row execute")
            .encode()
        )
    for more in ({}, {"commit_every": 10}):
        report = _import(database, mapping, written(_with_forbidden(25)), **more)
        assert report.rejected == 1
        assert report.reasons == {"said_late": 1}
    assert rows(database, "select count(*) from sales.orders") == [(24,)]
