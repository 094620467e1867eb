"""What goes out comes back: every row, every report, every awkward text."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.database import connect
from groundplan.exporter import Manifest, export_data, restore_export
from groundplan.exporter.manifest import FileFormat
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
