"""What goes out comes back: every row, every report, every awkward text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from groundplan.database import connect
from groundplan.exporter import Manifest, export_data, restore_export
from groundplan.exporter.manifest import FileFormat
from groundplan.seed import seed_year
from tests.exporter.conftest import Make
from tests.exporter.contents import broken_rules, contents
from tests.exporter.naughty import NAUGHTY

FORMATS: tuple[FileFormat, ...] = ("csv", "parquet")


def checksums(manifest: Manifest) -> dict[str, tuple[int, str]]:
    return {table.qualified: (table.rows, table.checksum) for table in manifest.tables}


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_company_comes_back_as_it_was(
    shop: str, fresh: str, tmp_path: Path, file_format: FileFormat
) -> None:
    before = contents(shop)
    assert sum(len(rows) for rows in before.values()) > 150
    assert [name for name, rows in before.items() if not rows] == []
    assert contents(fresh) != before
    exported = export_data(tmp_path / "export", shop, file_format=file_format)
    restored = restore_export(tmp_path / "export", fresh)
    assert contents(fresh) == before
    assert contents(fresh, kinds="v") == contents(shop, kinds="v")
    assert restored.rows == exported.rows == sum(len(rows) for rows in before.values())
    again = export_data(tmp_path / "again", fresh, file_format=file_format)
    assert checksums(again) == checksums(exported)
    assert len(checksums(again)) == len(before)
    assert broken_rules(fresh) == broken_rules(shop)


@pytest.mark.parametrize("file_format", FORMATS)
def test_trade_of_some_weeks_comes_back(
    blank: Make, tmp_path: Path, file_format: FileFormat
) -> None:
    """What the functions of the modules wrote, with reports that are partly folded."""
    source, target = blank("single"), blank("single")
    with connect(source, autocommit=True) as connection:
        seed_year(connection, orders=200, days=30, until=date(2026, 3, 31))
        connection.execute("select groundplan.fold(null, 100)")
    exported = export_data(tmp_path / "export", source, file_format=file_format)
    rows = {table.qualified: table.rows for table in exported.tables}
    assert rows["sales.orders"] == 200
    assert rows["sales.refunds"] > 0
    restore_export(tmp_path / "export", target)
    assert contents(target) == contents(source)
    reports = contents(source, kinds="v")
    assert len(reports["reporting.metrics_daily"]) > 20
    assert contents(target, kinds="v") == reports
    assert broken_rules(target) == []


def test_every_awkward_text_was_there(shop: str) -> None:
    """The control of the round trip: the texts are in the rows that were compared."""
    told = "".join(row for rows in contents(shop).values() for row in rows)
    import json

    missing = [text for text in NAUGHTY if json.dumps(text, ensure_ascii=False)[1:-1] not in told]
    assert missing == []


def test_trade_goes_on_after_a_restore(shop: str, fresh: str, tmp_path: Path) -> None:
    export_data(tmp_path / "export", shop)
    restore_export(tmp_path / "export", fresh)
    with connect(shop) as here, connect(fresh) as there:
        order = 'select (sales.place_order(\'[{"sku": "CHAIR-S", "quantity": 1}]\')).number'
        expected = here.execute(order.encode()).fetchone()
        assert there.execute(order.encode()).fetchone() == expected
        there.commit()
        tenant = there.execute("select core.create_tenant('Next')").fetchone()
        known = there.execute("select max(id) from core.tenants").fetchone()
        assert tenant == known
        there.rollback()
    assert broken_rules(fresh) == []
