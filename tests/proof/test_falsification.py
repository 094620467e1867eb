"""Every derived column is worked out again: whoever changes one behind the triggers is found out.

With triggers off, one value of one row is changed; then the audits of the rules that answer for
the column must name the row. Whatever a constraint refuses even so needs no audit.
"""

from __future__ import annotations

import contextlib
import fnmatch
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from groundplan.compose import Plan, compose, load_modules
from groundplan.database import SUPERUSER, EmbeddedServer, connect, url_as
from groundplan.proof import PlainRule, Register, build_register, verify_rules
from groundplan.reports import verify
from groundplan.reports.checking import comparison, comparison_of_references
from groundplan.reports.source import sources_of
from groundplan.snapshot import read_snapshot
from groundplan.snapshot.model import Constraint, Snapshot
from groundplan.testing import installed
from tests.proof.columns import COLUMNS, GENERATED, REFERENCES, SHARED, By

Connection = psycopg.Connection[Any]
BOOKS = Path(__file__).with_name("books.sql").read_text(encoding="utf-8")
PLAN: Plan = compose(tuple(load_modules().values()), "single")
SOURCES = tuple(sources_of(PLAN.rollups))

# One row of each kind is enough: the audits do not look at the rows one by one.
KINDS = {
    "sales.ledger_entries": "r.kind, r.reverses_id is null, r.order_item_id is null, r.cogs > 0",
    "sales.orders": "r.status, r.is_test, r.currency_code",
    "sales.order_items": "r.sku_kind, r.price_includes_tax, r.expected_unit_cost is null,"
    " r.order_id in (select id from sales.orders where status = 'draft')",
    "sales.order_status_history": "r.from_status, r.to_status",
    "sales.refunds": "r.order_item_id is null, r.shipping_amount > 0",
    "inventory.inventory_movements": "r.kind, r.unit_cost is null",
    "inventory.reservations": "r.status, r.expires_at is null",
    "core.audit_log": "r.schema_name, r.table_name, r.operation",
    "core.outbox_events": "r.topic",
    "reporting.calendar": "r.weekday",
}
ROWS = 3
"""Of other tables."""


@pytest.fixture(scope="session")
def books_url(server: EmbeddedServer) -> Iterator[str]:
    """The shop in which everything has happened."""
    with installed(plan=PLAN, prepare=BOOKS, url=server.url()) as url:
        yield url


@pytest.fixture(scope="session")
def snapshot(books_url: str) -> Snapshot:
    with connect(books_url) as connection:
        return read_snapshot(connection, PLAN.schemas)


@pytest.fixture(scope="session")
def register(snapshot: Snapshot) -> Register:
    return build_register(PLAN.rules, snapshot)


@pytest.fixture(scope="session")
def kin(books_url: str, snapshot: Snapshot) -> dict[str, set[str]]:
    """For each id, the ids that its row refers to: an audit may name a row by its child."""
    found: dict[str, set[str]] = {}
    with connect(books_url) as connection, connection.cursor(row_factory=dict_row) as cursor:
        for table in snapshot.tables():
            if "id" in table.primary_key:
                name = sql.Identifier(table.schema, table.name)
                for row in cursor.execute(sql.SQL("select * from {}").format(name)):
                    found[str(row["id"])] = names_in(row)
    return found


@pytest.fixture
def books(books_url: str) -> Iterator[Connection]:
    """In a transaction that is taken back, with triggers off: only a superuser can do that."""
    with connect(url_as(books_url, SUPERUSER)) as connection:
        connection.execute("set local session_replication_role = replica; set local jit = off")
        yield connection
        connection.rollback()


def derived() -> Iterator[tuple[str, str]]:
    for table, columns in COLUMNS.items():
        for column, how in columns.items():
            if isinstance(how, By):
                yield table, column


def test_every_column_is_either_derived_or_says_why_not(snapshot: Snapshot) -> None:
    unknown: list[str] = []
    kept = report_tables()
    for table in snapshot.tables():
        name = f"{table.schema}.{table.name}"
        if name not in kept:
            said = SHARED | COLUMNS.get(name, {})
            unknown += [
                f"{name}.{each.name}"
                for each in table.columns
                if each.name not in said
                or (said[each.name] == GENERATED) != (each.generated is not None)
            ]
    assert unknown == []
    there = {
        (f"{table.schema}.{table.name}", column.name)
        for table in snapshot.tables()
        for column in table.columns
    }
    assert [place for place in derived() if place not in there] == []


@pytest.mark.parametrize(
    "settings",
    ["set timezone = 'UTC'", "set timezone = 'Pacific/Kiritimati'; set datestyle = 'SQL, DMY'"],
)
def test_nothing_is_found_where_nothing_is_wrong(
    books_url: str, register: Register, settings: str
) -> None:
    with connect(books_url, autocommit=True) as connection:
        connection.execute(settings.encode())
        assert verify_rules(connection, register) == []
        assert verify(connection, PLAN.rollups) == []


@pytest.mark.parametrize(("table", "column"), list(derived()))
def test_a_falsified_column_is_named(
    books: Connection,
    snapshot: Snapshot,
    register: Register,
    kin: dict[str, set[str]],
    table: str,
    column: str,
) -> None:
    how = COLUMNS[table][column]
    assert isinstance(how, By)
    audits = list(audits_of(register, how, table))
    assert audits, "no rule answers for the column"
    tried = refused = 0
    unseen: list[str] = []
    for row in rows_of(books, table, how.where):
        for value in other_values(books, snapshot, table, column, row):
            with falsified(books, table, column, row, value) as after:
                if after is None:
                    refused += 1
                    continue
                tried += 1
                named = found_by(books, audits)
                named |= {other for each in named for other in kin.get(each, ())}
                if not (names_in(row) | names_in(after)) & named:
                    unseen.append(f"{row['ctid']}: {row[column]} as {after[column]}")
    assert unseen == []
    assert tried or refused, "there is no row to falsify"


def comparisons(table: str) -> list[str]:
    """The comparisons with their source that look at a table in which reports are kept."""
    found: list[str] = []
    for source in SOURCES:
        for level in source.levels:
            kept = {level.kept(count): count for count in level.rollup.distinct}
            if table in (source.delta, level.base):
                found.append(comparison(level).sql)
            for name, count in kept.items():
                if table in (source.delta, name):
                    found.append(comparison_of_references(level, count, source.delta).sql)
    return found


def report_tables() -> list[str]:
    """The tables in which reports are kept."""
    kept: dict[str, None] = {}
    for source in SOURCES:
        kept[source.delta] = None
        for level in source.levels:
            kept[level.base] = None
            kept.update(dict.fromkeys(level.kept(count) for count in level.rollup.distinct))
    return list(kept)


@pytest.mark.parametrize("table", report_tables())
def test_a_falsified_column_of_a_report_differs_from_its_source(
    books: Connection, snapshot: Snapshot, table: str
) -> None:
    # Something that is still to be folded.
    books.execute("set local session_replication_role = origin")
    books.execute("select inventory.adjust_stock('TEA', 1, 'found')")
    books.execute(
        "select sales.refund_order(id, 1, 'late') from sales.orders where number = 'OLD-1'"
    )
    books.execute("set local session_replication_role = replica")
    compared = comparisons(table)
    unseen: list[str] = []
    tried = 0
    for column in (each.name for each in snapshot.table(table).columns):
        for row in rows_of(books, table, "true")[:1]:
            for value in other_values(books, snapshot, table, column, row):
                with falsified(books, table, column, row, value) as after:
                    if after is None:
                        continue
                    tried += 1
                    if not any(books.execute(each.encode()).fetchone() for each in compared):
                        unseen.append(f"{column}: {row[column]} as {after[column]}")
    assert unseen == []
    assert tried


@pytest.mark.parametrize(
    ("source", "table", "change"),
    [
        ("ledger_entries", "sales.ledger_entries", "gross_sales = gross_sales + 1"),
        ("inventory_movements", "inventory.inventory_movements", "quantity = quantity + 1"),
    ],
)
def test_reports_that_are_counted_again_hide_nothing(
    books: Connection, register: Register, source: str, table: str, change: str
) -> None:
    """Once the reports are rebuilt they agree with the falsified source; the audits do not."""
    ids = books.execute(
        f"update {table} set {change} where ctid = (select min(ctid) from {table})"
        " returning id::text".encode()
    ).fetchall()
    books.execute(f"select groundplan.rebuild_{source}()".encode())
    for each in SOURCES:
        for level in each.levels:
            assert books.execute(comparison(level).sql.encode()).fetchall() == []
    audits = [rule.audit() for rule in register if not isinstance(rule, PlainRule)]
    assert found_by(books, audits), ids


def audits_of(register: Register, how: By, table: str) -> Iterator[str]:
    """The queries of the rules that answer for a column."""
    for rule in register:
        if isinstance(rule, PlainRule):
            subject = rule.subject
            leads_to = subject.references if isinstance(subject, Constraint) else None
            if leads_to and REFERENCES in how.rules and table in (rule.table, leads_to.qualified):
                yield rule.audit()
        if any(fnmatch.fnmatch(rule.name, pattern) for pattern in how.rules):
            yield rule.audit()


def found_by(connection: Connection, audits: list[str]) -> set[str]:
    """The ids that audits name."""
    return {str(row[0]) for audit in audits for row in connection.execute(audit.encode())}


def rows_of(connection: Connection, table: str, where: str) -> list[dict[str, Any]]:
    """One row of each kind for which the column is derived."""
    kinds = KINDS.get(table)
    query = f"select r.ctid::text as ctid, r.* from {table} as r where {where}"
    query = (
        query.replace("select ", f"select distinct on ({kinds}) ", 1) + f" order by {kinds}, r.ctid"
        if kinds
        else query + f" order by r.ctid limit {ROWS}"
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode()).fetchall()


def _type(kind: str) -> sql.SQL:
    return {"text": sql.SQL("text"), "uuid": sql.SQL("uuid"), "integer": sql.SQL("integer")}[kind]


def other_values(
    connection: Connection, snapshot: Snapshot, table: str, column: str, row: dict[str, Any]
) -> list[sql.Composable]:
    """Other plausible values: the next one, that of another row, none."""
    place = sql.Identifier(*table.split("."))
    name = sql.Identifier(column)
    kind = snapshot.table(table).column(column).type
    old = sql.SQL("r.{}").format(name)
    found: list[sql.Composable] = []
    if kind.startswith(("numeric", "integer", "bigint", "smallint")):
        found.append(sql.SQL("coalesce({}, 0) + 1").format(old))
    elif kind == "date":
        found.append(sql.SQL("coalesce({}, '2024-01-01') + 1").format(old))
    elif kind.startswith("timestamp"):
        found.append(sql.SQL("coalesce({}, '2024-01-01Z') + interval '26 hours'").format(old))
    elif kind == "boolean":
        found.append(sql.SQL("not {}").format(old))
    elif kind == "jsonb":
        found.append(sql.SQL("jsonb_build_object('a', 1)"))
    others = connection.execute(
        sql.SQL(
            "select distinct {0}::text from {1} where {0} is not null and {0}::text <> {2}"
            " order by 1 limit 3"
        ).format(name, place, str(row[column]))
    ).fetchall()
    if kind in ("text", "uuid", "integer"):
        found += [sql.SQL("{}::{}").format(other[0], _type(kind)) for other in others]
    if kind == "text" and not others:
        found.append(sql.SQL("{} || 'x'").format(old))
    # Where reports add up, nothing and zero are one.
    if row[column] is not None and not (table in report_tables() and row[column] == 0):
        found.append(sql.SQL("null"))
    return found


@contextlib.contextmanager
def falsified(
    connection: Connection, table: str, column: str, row: dict[str, Any], value: sql.Composable
) -> Generator[dict[str, Any] | None]:
    """The row as it is with the value; None where a constraint refuses it even so."""
    connection.execute("savepoint falsified")
    statement = sql.SQL("update {} as r set {} = {} where ctid = {}::tid returning r.*").format(
        sql.Identifier(*table.split(".")), sql.Identifier(column), value, row["ctid"]
    )
    try:
        with connection.cursor(row_factory=dict_row) as cursor:
            after = cursor.execute(statement).fetchone()
        assert after is not None
        yield after
    except psycopg.errors.IntegrityError:
        connection.execute("rollback to falsified")
        yield None
    finally:
        connection.execute("rollback to falsified; release falsified")


def names_in(row: dict[str, Any]) -> set[str]:
    """What an audit may call the row by: its own id, or one that it refers to."""
    ids = {str(value) for value in row.values() if type(value).__name__ == "UUID"}
    return ids | {str(row[name]) for name in ("id", "code", "row_id", "day") if row.get(name)}
