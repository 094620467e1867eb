"""Every number and every time of every table: what no business knows stays out, or is survived."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from groundplan.cli import main
from groundplan.compose import RoleNames, grants
from groundplan.database import EmbeddedServer, connect
from groundplan.testing import installed
from tests.exporter.conftest import MODULES, SAMPLE

Connection = psycopg.Connection[Any]

OURS = ["core", "catalog", "crm", "sales", "inventory", "fulfillment"]
NUMBERS = ("numeric", "double precision", "real")
TIMES = ("timestamp with time zone", "timestamp without time zone", "date")
FAR_TIMES = ("infinity", "-infinity", "0044-03-15 BC", "99999-01-01", "9999-12-31 23:59:59")
APP = "gp_values_app"

COLUMNS = """
    select format('%%I.%%I', namespace.nspname, class.relname), attribute.attname,
        format_type(attribute.atttypid, null)
    from pg_attribute as attribute
    join pg_class as class on class.oid = attribute.attrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where namespace.nspname = any (%s) and class.relkind = 'r'
      and attribute.attnum > 0 and not attribute.attisdropped and attribute.attgenerated = ''
      and format_type(attribute.atttypid, null) = any (%s)
    order by 1, 2
"""


@pytest.fixture
def sample(server: EmbeddedServer) -> Iterator[str]:
    """A database with rows in every table."""
    with installed("ecommerce", prepare=SAMPLE, url=server.url()) as url:
        yield url


def columns(connection: Connection, types: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Table, column and type of all columns of these types, as the catalog has them."""
    return connection.execute(COLUMNS, [OURS, list(types)]).fetchall()


def accepted(connection: Connection, statement: str, look: str) -> bool:
    """Whether the statement leaves what the look counts; a refusal is class 23 or a type's."""
    found = 0
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege), connection.transaction() as it:
        try:
            with connection.transaction():
                connection.execute(statement.encode())
                connection.execute("set constraints all immediate")
        except psycopg.Error as error:
            if (error.sqlstate or "")[:2] not in ("23", "22", "42"):
                raise
        else:
            ((found,),) = connection.execute(look.encode()).fetchall()
        raise psycopg.Rollback(it)
    return bool(found)


def attempts(connection: Connection, table: str, column: str, value: str) -> list[str]:
    """An UPDATE of each row of the table, and an INSERT of a copy of each."""
    names = [
        name
        for (name,) in connection.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0"
            " and not attisdropped and attgenerated = ''",
            [table],
        ).fetchall()
    ]
    changed = {"id": "core.new_id()", column: f"'{value}'"}
    copied = ", ".join(changed.get(name, f"t.{name}") for name in names)
    found = connection.execute(f"select ctid::text from {table} limit 8".encode()).fetchall()
    return [
        statement
        for (row,) in found
        for statement in (
            f"update {table} set {column} = '{value}' where ctid = '{row}'",
            f"insert into {table} ({', '.join(names)}) select {copied} from {table} as t"
            f" where ctid = '{row}'",
        )
    ]


def numbers_let_in(connection: Connection) -> set[str]:
    """The columns of numbers that take what is no number, from whom the session is."""
    found: set[str] = set()
    for table, column, _ in columns(connection, NUMBERS):
        for value in ("NaN", "Infinity", "-Infinity"):
            look = f"select count(*) from {table} where {column} = '{value}'"
            with connection.transaction():
                tried = attempts(connection, table, column, value)
            if any(accepted(connection, statement, look) for statement in tried):
                found.add(f"{table}.{column}")
    return found


def test_no_number_takes_nan_or_infinity(sample: str) -> None:
    with connect(sample, autocommit=True) as connection:
        assert len(columns(connection, NUMBERS)) > 50
        assert numbers_let_in(connection) == set()
        # What a mistake behind the maintenance door writes is for ever, too.
        connection.execute("set groundplan.maintenance = 'a mistake'")
        assert numbers_let_in(connection) == set()
        connection.execute("reset groundplan.maintenance")
        connection.execute(f"drop role if exists {APP}".encode())
        connection.execute(f"create role {APP}".encode())
        try:
            connection.execute(grants(MODULES, RoleNames(app=APP)).encode())
            connection.execute(f"set session authorization {APP}".encode())
            assert numbers_let_in(connection) == set()
        finally:
            connection.execute("reset session authorization")
            connection.execute(f"drop owned by {APP}; drop role {APP}".encode())


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_no_verb_takes_them(sample: str, value: str) -> None:
    line = '[{"sku": "CHAIR-S", "quantity": 1, "%s": "%s"}]'
    order = "(select id from sales.orders where number = 'S-2')"
    calls = [
        *(
            f"select sales.place_order('{line % (key, value)}')"
            for key in ("unit_price", "discount_amount", "tax_rate")
        ),
        f"""select sales.place_order('[{{"sku": "CHAIR-S", "quantity": "{value}"}}]')""",
        *(
            'select sales.place_order(\'[{"sku": "CHAIR-S", "quantity": 1}]\','
            f" currency_code => 'USD', {name} => '{value}'{more})"
            for name, more in (
                ("discount_amount", ", exchange_rate => 1"),
                ("shipping_amount", ", exchange_rate => 1"),
                ("shipping_tax_amount", ", exchange_rate => 1"),
                ("surcharge_amount", ", exchange_rate => 1"),
                ("expected_total", ", exchange_rate => 1"),
                ("exchange_rate", ""),
            )
        ),
        f"select sales.refund_order({order}, '{value}', 'no')",
        f"select sales.refund_order({order}, 1, 'no', (select id from sales.order_items"
        f" where order_id = {order} and position = 1), '{value}')",
        f"select inventory.receive_stock('CHAIR-S', '{value}')",
        f"select inventory.receive_stock('CHAIR-S', 1, '{value}')",
        f"select inventory.adjust_stock('CHAIR-S', '{value}', 'found')",
        f"select inventory.transfer_stock('CHAIR-S', '{value}', 'MAIN', 'MAIN-A1')",
        f"select inventory.reserve('CHAIR-S', '{value}')",
        f"""select fulfillment.ship_order({order}, '[{{"position": 1, "quantity": "{value}"}}]')""",
        "select fulfillment.return_items((select id from sales.orders where number = 'S-6'),"
        f""" '[{{"position": 1, "quantity": "{value}"}}]')""",
    ]
    told: dict[str, str] = {}
    with connect(sample, autocommit=True) as connection:
        for call in calls:
            try:
                with connection.transaction() as it:
                    connection.execute(call.encode())
                    raise psycopg.Rollback(it)
            except psycopg.Error as error:
                if (error.sqlstate or "").startswith("23") and error.diag.constraint_name:
                    continue
                told[call] = f"{error.sqlstate} {error}"
            else:
                told[call] = "accepted"
    assert told == {}


def falsify(connection: Connection) -> None:
    """Every time of every row becomes one that Python does not know, or that is far off."""
    of_tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, type_ in columns(connection, TIMES):
        of_tables.setdefault(table, []).append((column, type_))
    for table, named in of_tables.items():
        checks = connection.execute(
            "select conname from pg_constraint where conrelid = %s::regclass"
            " and contype in ('c', 'x')",
            [table],
        ).fetchall()
        for (check,) in checks:
            connection.execute(
                sql.SQL("alter table {} drop constraint {}").format(
                    sql.Identifier(*table.split(".")),
                    sql.Identifier(check),
                )
            )
        array = ", ".join(f"'{text}'" for text in FAR_TIMES)
        changes = ", ".join(
            # Periods stay periods, one after the other.
            f"{column} = t.{column} - interval '3000 years'"
            if column.startswith("valid_")
            else f"{column} = case when t.{column} is not null then (array[{array}])"
            f"[1 + (place.n + {number}) % {len(FAR_TIMES)}]::{type_} end"
            for number, (column, type_) in enumerate(named)
        )
        connection.execute(
            f"alter table {table} disable trigger all;"
            f"update {table} as t set {changes} from ("
            f"select ctid as row, row_number() over ()::integer as n from {table}) as place"
            f" where t.ctid = place.row;"
            f"alter table {table} enable trigger all".encode()
        )


@pytest.fixture
def falsified(sample: str) -> str:
    """The sample, in which no time is one that Python knows; reports have counted it again."""
    with connect(sample, autocommit=True) as connection:
        falsify(connection)
        rebuilders = connection.execute(
            "select proname from pg_proc where pronamespace = 'groundplan'::regnamespace"
            " and proname like 'rebuild\\_%' and pronargs = 0"
        ).fetchall()
        for (name,) in rebuilders:
            connection.execute(sql.SQL("select {}()").format(sql.Identifier("groundplan", name)))
    return sample


def test_every_command_survives_every_time(
    falsified: str,
    server: EmbeddedServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def typed(*arguments: str) -> tuple[int, str]:
        code = main([*arguments, "--database", falsified])
        said = capsys.readouterr()
        assert "This should not happen" not in said.err, (arguments, said.err)
        assert "infinity" not in said.err, (arguments, said.err)
        return code, said.out

    assert typed("status")[0] == 0
    code, said = typed("verify", "--as-recorded")
    assert code == 1
    assert "placed_at_is_a_business_time" in said
    for name in (
        "metrics_daily", "metrics_monthly", "sku_metrics_daily", "top_skus", "stock_alerts",
        "profit_summary",
    ):  # fmt: skip
        for form in ("table", "csv", "json"):
            assert typed("report", name, "--format", form)[0] == 0, (name, form)
    for number in ("S-2", "S-3", "S-4", "S-6"):
        assert typed("trace", "order", number)[0] == 0
        assert typed("trace", "order", number, "--json")[0] == 0
    assert typed("fold")[0] == 0
    assert typed("export", str(tmp_path / "csv"))[0] == 0
    assert typed("docs", "diagram")[0] == 0
    with installed("ecommerce", url=server.url()) as other:
        assert main(["restore", str(tmp_path / "csv"), "--database", other]) == 0
        with connect(other) as connection:
            ((far,),) = connection.execute(
                "select count(*) from sales.orders where not isfinite(placed_at)"
            ).fetchall()
    assert far > 0
