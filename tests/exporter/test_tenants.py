"""One tenant among several: alone in its export, and somebody else elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from groundplan.compose import compose
from groundplan.compose.plan import Tenancy
from groundplan.database import EmbeddedServer, connect, scratch_database
from groundplan.errors import BadFile, PermissionDenied
from groundplan.exporter import export_data, restore_export
from groundplan.exporter.manifest import FileFormat
from groundplan.exporter.refusals import NotEmpty, OtherDatabase, RowsHidden, WrongTenant
from groundplan.installation import apply
from tests.exporter.conftest import MODULES, Make, without_neighbours
from tests.exporter.contents import broken_rules, everything, of_tenant

READER = f"export_reader_{os.getpid()}"


@pytest.fixture
def reader(server: EmbeddedServer) -> Iterator[str]:
    """The name of a role that may read the tables it is granted."""
    with connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("create role {} login").format(sql.Identifier(READER)))
        yield READER
        connection.execute(sql.SQL("drop role {}").format(sql.Identifier(READER)))


def grant(url: str, *, with_rest: bool = True) -> None:
    """Let the reader read every table; ``with_rest``: audit_personal and sequences as well."""
    with connect(url, autocommit=True) as connection:
        for (schema,) in connection.execute("select module from core.installed_modules").fetchall():
            names = (sql.Identifier(schema), sql.Identifier(READER))
            connection.execute(sql.SQL("grant usage on schema {} to {}").format(*names))
            # What policies and views call.
            connection.execute(
                sql.SQL("grant execute on all functions in schema {} to {}").format(*names)
            )
            connection.execute(
                sql.SQL("grant select on all tables in schema {} to {}").format(*names)
            )
            if with_rest:
                connection.execute(
                    sql.SQL("grant select on all sequences in schema {} to {}").format(*names)
                )


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_a_tenant_moves_to_another_database_and_number(
    full: Make, blank: Make, tmp_path: Path, file_format: FileFormat
) -> None:
    source, target = full("multi"), blank("multi")
    before = of_tenant(source, 1)
    assert [name for name, rows in before.items() if len(rows) == 0] == [
        "core.countries",
        "core.currencies",
        "core.units_of_measure",
        "reporting.calendar",
    ]
    exported = export_data(tmp_path / "one", source, tenant=1, file_format=file_format)
    with connect(target) as connection:
        connection.execute("select core.create_tenant('Somebody else')")
    others = of_tenant(target, 1), of_tenant(target, 2)
    restored = restore_export(tmp_path / "one", target, tenant=7)
    assert (restored.tenant, restored.rows) == (7, exported.rows)
    assert of_tenant(target, 7) == before
    assert (of_tenant(target, 1), of_tenant(target, 2)) == others
    again = export_data(tmp_path / "seven", target, tenant=7, file_format=file_format)
    assert [table.checksum for table in again.tables] == [
        table.checksum for table in exported.tables
    ]
    assert broken_rules(target) == []
    with connect(target) as connection:
        tenant = connection.execute("select core.create_tenant('Next')").fetchone()
        assert tenant == (8,)


def test_an_export_holds_no_row_of_another_tenant(full: Make, tmp_path: Path) -> None:
    source = full("multi")
    assert of_tenant(source, 2)["core.addresses"] != []
    exported = export_data(tmp_path / "one", source, tenant=1)
    rows = {table.qualified: table.rows for table in exported.tables if table.kind == "tenant"}
    assert rows == {
        name: len(found) for name, found in of_tenant(source, 1).items() if name in rows
    }
    assert "Somebody else" not in (tmp_path / "one" / "core.addresses.csv").read_text()


def test_a_tenant_becomes_a_single_company_and_back(
    full: Make, blank: Make, tmp_path: Path
) -> None:
    source, alone, several = full("multi"), blank("single"), blank("multi")
    before = of_tenant(source, 1)
    export_data(tmp_path / "out", source, tenant=1)
    restore_export(tmp_path / "out", alone)
    assert of_tenant(alone, 1) == before
    export_data(tmp_path / "alone", alone)
    restore_export(tmp_path / "alone", several, tenant=3)
    assert of_tenant(several, 3) == before
    assert broken_rules(several) == []


def test_a_single_company_moves_in_with_others(full: Make, blank: Make, tmp_path: Path) -> None:
    source, target = full("single"), blank("multi")
    export_data(tmp_path / "crowd", source)
    with pytest.raises(BadFile, match=r"core\.tenants\.csv, column id: it holds rows of tenant 2"):
        restore_export(tmp_path / "crowd", target)
    without_neighbours(source)
    export_data(tmp_path / "alone", source)
    restore_export(tmp_path / "alone", target, tenant=4)
    assert of_tenant(target, 4) == of_tenant(source, 1)


def test_a_tenant_with_rows_is_not_restored_over(full: Make, tmp_path: Path) -> None:
    source = full("multi")
    export_data(tmp_path / "one", source, tenant=1)
    before = everything(source)
    with pytest.raises(NotEmpty, match=r"Tenant 1 has rows already.*--tenant N"):
        restore_export(tmp_path / "one", source)
    # Its rows are still here as another tenant's: ids are unique in a database.
    with pytest.raises(NotEmpty, match=r"of the export are in this database already"):
        restore_export(tmp_path / "one", source, tenant=9)
    assert everything(source) == before


def test_shared_rows_must_be_equal_among_tenants(full: Make, blank: Make, tmp_path: Path) -> None:
    source, target = full("multi"), blank("multi")
    with connect(source) as connection:
        connection.execute("update core.units_of_measure set name = 'A piece' where code = 'each'")
        connection.execute("insert into core.units_of_measure values ('x', 'Ex', 'count', 0)")
    export_data(tmp_path / "one", source, tenant=1)
    before = everything(target)
    with pytest.raises(OtherDatabase, match=r"Rows of core\.units_of_measure differ"):
        restore_export(tmp_path / "one", target)
    assert everything(target) == before
    with connect(target) as connection:
        connection.execute("update core.units_of_measure set name = 'A piece' where code = 'each'")
    restore_export(tmp_path / "one", target)
    with connect(target) as connection:
        found = connection.execute("select name from core.units_of_measure where code = 'x'")
        assert found.fetchall() == [("Ex",)]


def test_which_tenant_has_to_be_said(full: Make, blank: Make, tmp_path: Path) -> None:
    source = full("multi")
    with pytest.raises(WrongTenant, match=r"holds several tenants\. Say which one"):
        export_data(tmp_path / "out", source)
    with pytest.raises(WrongTenant, match="There is no tenant 99"):
        export_data(tmp_path / "out", source, tenant=99)
    single = blank("single")
    with pytest.raises(WrongTenant, match="There is no tenant 2: this database holds a single"):
        export_data(tmp_path / "out", single, tenant=2)
    export_data(tmp_path / "out", source, tenant=1)
    with pytest.raises(WrongTenant, match=r"single company, number 1, and cannot take a tenant 2"):
        restore_export(tmp_path / "out", single, tenant=2)


def test_a_role_that_sees_one_tenant_exports_that_one(
    reader: str, full: Make, tmp_path: Path
) -> None:
    source = full("multi")
    as_reader = make_conninfo(source, user=reader)
    with pytest.raises(PermissionDenied):
        export_data(tmp_path / "out", as_reader, tenant=1)
    grant(source, with_rest=False)
    with pytest.raises(PermissionDenied, match=r"may not read the sequence"):
        export_data(tmp_path / "out", as_reader, tenant=1)
    grant(source)
    theirs = export_data(tmp_path / "theirs", as_reader, tenant=1)
    owners = export_data(tmp_path / "owners", source, tenant=1)
    assert theirs.tables == owners.tables
    with connect(source, autocommit=True) as connection:
        connection.execute(
            sql.SQL("revoke select on sales.refunds from {}").format(sql.Identifier(reader))
        )
    with pytest.raises(PermissionDenied, match=r"may not read sales\.refunds, so the export"):
        export_data(tmp_path / "out", as_reader, tenant=1)
    assert not (tmp_path / "out").exists()
    assert export_data(tmp_path / "out", as_reader, tenant=1, tables=["sales.orders"]).rows > 0


def test_rows_hidden_by_a_policy_are_not_left_out_silently(
    reader: str, full: Make, tmp_path: Path
) -> None:
    several, single = full("multi"), full("single")
    for url in (several, single):
        grant(url)
        with connect(url, autocommit=True) as connection:
            connection.execute("alter table crm.customers enable row level security")
            connection.execute(
                "create policy half on crm.customers as restrictive for select using (version > 1)"
            )
        as_reader = make_conninfo(url, user=reader)
        with pytest.raises(RowsHidden, match=r"Row-level security of crm\.customers hides rows"):
            export_data(tmp_path / "out", as_reader, tenant=1)
        assert export_data(tmp_path / "out", url, tenant=1, force=True).rows > 100


def test_a_bound_role_reads_its_own_reports_only(reader: str, full: Make, tmp_path: Path) -> None:
    source = full("multi")
    grant(source)
    with connect(source, autocommit=True) as connection:
        connection.execute("insert into core.role_tenants values (%s, 2)", [reader])
    as_reader = make_conninfo(source, user=reader)
    with pytest.raises(WrongTenant, match="reads the reports of tenant 2, whatever --tenant says"):
        export_data(tmp_path / "out", as_reader, tenant=1, tables=["reporting.metrics_daily"])


def test_only_the_owner_restores(reader: str, full: Make, blank: Make, tmp_path: Path) -> None:
    source, target = full("single"), blank("single")
    export_data(tmp_path / "out", source)
    grant(target)
    with pytest.raises(PermissionDenied, match="may not restore: only the owner"):
        restore_export(tmp_path / "out", make_conninfo(target, user=reader))


@pytest.mark.parametrize("tenancy", ["single", "multi"])
def test_an_owner_needs_no_superuser(
    reader: str, full: Make, server: EmbeddedServer, tmp_path: Path, tenancy: Tenancy
) -> None:
    """Not for the door, for policies, or for the temporary tables."""
    export_data(tmp_path / "one", full(tenancy), tenant=1)
    with scratch_database(server.url()) as url:
        as_owner = make_conninfo(url, user=reader)
        with connect(url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("grant create on database {} to {}").format(
                    sql.Identifier(connection.info.dbname), sql.Identifier(reader)
                )
            )
            connection.execute(
                sql.SQL("grant create on schema public to {}").format(sql.Identifier(reader))
            )
        with connect(as_owner, autocommit=True) as connection:
            apply(connection, compose(MODULES, tenancy))
        restored = restore_export(tmp_path / "one", as_owner)
        again = export_data(tmp_path / "again", as_owner, tenant=1)
        assert again.rows == restored.rows
        assert [table.checksum for table in again.tables] == [
            table.checksum for table in restored.manifest.tables
        ]
