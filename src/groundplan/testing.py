"""For the tests of programs that stand on Groundplan: a database for each test, and refusals.

In ``conftest.py``, once; the tables are made once per server and cloned for every test::

    from groundplan.testing import database_fixture

    database = database_fixture("ecommerce")

In a test::

    from groundplan.database import connect
    from groundplan.testing import refuses

    def test_an_empty_order_is_refused(database: str) -> None:
        with connect(database) as connection, refuses("placed_order_has_a_line", connection):
            connection.execute("select sales.place_order('[]')")
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

import psycopg

from groundplan.compose import Plan, closure, compose, load_modules
from groundplan.compose.plan import Tenancy
from groundplan.database import connect, resolve_url, scratch_database, template_database
from groundplan.errors import RuleViolation

Scope = Literal["session", "package", "module", "class", "function"]


class NotRefused(AssertionError):
    """What should have been refused went through, or something else refused it."""


@dataclass
class Refusal:
    """What `refuses` has caught: ``error`` is set when its block has been left."""

    rule: str
    error: Exception | None = None


@contextlib.contextmanager
def refuses(rule: str, connection: psycopg.Connection[Any] | None = None) -> Generator[Refusal]:
    """The block must be refused by the rule or constraint of this name, and by no other.

    A missing value, for which PostgreSQL names no constraint, is told by its column:
    ``"sales.orders.currency_code"``. Errors of psycopg, asyncpg, Groundplan, and of what wraps them
    (SQLAlchemy, Django) are understood; any other error is passed on.

    With a ``connection`` the block runs in a transaction of its own, or a savepoint of the one in
    progress: deferred constraints speak up at its end, and whatever it did is taken back, so that
    the connection can be used afterwards. Without one, deferred constraints do not speak before
    the block commits. Raises NotRefused, an AssertionError.
    """
    refusal = Refusal(rule)
    inside = contextlib.nullcontext() if connection is None else connection.transaction()
    try:
        with inside:
            yield refusal
            if connection is not None:
                connection.execute("set constraints all immediate")
            raise NotRefused(f"nothing was refused, and {rule} should have refused it")
    except NotRefused:
        raise
    except Exception as error:
        refusal.error = _postgres_error(error)
        if refusal.error is None:
            raise
        broken = _broken_rule(refusal.error)
        if broken != rule:
            told = broken or f"SQLSTATE {getattr(refusal.error, 'sqlstate', None)}"
            raise NotRefused(f"{rule} should have refused it, {told} did: {error}") from error


@contextlib.contextmanager
def installed(
    *modules: str,
    tenancy: Tenancy = "single",
    prepare: str = "",
    plan: Plan | None = None,
    url: str | None = None,
) -> Generator[str]:
    """The URL of a new database with Groundplan in it; dropped at the end.

    ``modules`` are names of modules or presets (default: ecommerce); ``plan`` takes their place
    for a Plan of your own. ``prepare`` is SQL that fills the database, run once. It is made on the
    server of ``url``, else of GROUNDPLAN_DATABASE_URL, else on the embedded one: built once per
    Plan and ``prepare``, then cloned. The role needs CREATEDB.
    """
    server = resolve_url(url)
    chosen = plan or compose(closure(modules or ("ecommerce",), load_modules()), tenancy)
    text = chosen.text()
    template = template_database(server, text + prepare, _builder(text, prepare))
    with scratch_database(server, template=template, prefix="groundplan_test") as made:
        yield made


def database_fixture(
    *modules: str,
    tenancy: Tenancy = "single",
    prepare: str = "",
    plan: Plan | None = None,
    url: str | Callable[[], str] | None = None,
    scope: Scope = "function",
) -> Any:
    """A pytest fixture that is the URL of a new database with Groundplan; see `installed`.

    ``url`` may be a function, for servers that are not known before the tests run.
    """
    import pytest

    def database() -> Iterator[str]:
        server = url() if callable(url) else url
        with installed(*modules, tenancy=tenancy, prepare=prepare, plan=plan, url=server) as made:
            yield made

    return pytest.fixture(scope=scope)(database)


def _builder(text: str, prepare: str) -> Callable[[str], None]:
    def build(url: str) -> None:
        with connect(url, autocommit=True) as connection:
            connection.execute("set client_min_messages = warning")
            connection.execute(text.encode())
            if prepare:
                connection.execute(prepare.encode())

    return build


def _postgres_error(error: BaseException) -> Exception | None:
    """The error of the driver below whatever has wrapped it."""
    waiting: Sequence[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        each, *waiting = waiting
        if each is None or id(each) in seen:
            continue
        if isinstance(each, (psycopg.Error, RuleViolation)) or _is_of_asyncpg(each):
            return each
        seen.add(id(each))
        waiting = [getattr(each, "orig", None), each.__cause__, *waiting]
    return None


def _is_of_asyncpg(error: BaseException) -> TypeGuard[Exception]:
    """An error of PostgreSQL as asyncpg raises it; asyncpg need not be there to say so."""
    return type(error).__module__.startswith("asyncpg.") and isinstance(
        getattr(error, "sqlstate", None), str
    )


def _broken_rule(error: Exception) -> str | None:
    """Name of the rule; schema.table.column for NOT NULL; None where none of the two is told."""
    place: tuple[str | None, ...]
    if isinstance(error, RuleViolation):
        name, place = error.rule, (error.schema, error.table, error.column)
    else:
        # asyncpg has on the error itself what psycopg has on its diag.
        said = error.diag if isinstance(error, psycopg.Error) else error
        name = getattr(said, "constraint_name", None)
        place = tuple(
            getattr(said, field, None) for field in ("schema_name", "table_name", "column_name")
        )
    if getattr(error, "sqlstate", None) == "23502" and all(place):
        return ".".join(part for part in place if part)
    return name
