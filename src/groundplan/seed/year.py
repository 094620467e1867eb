"""Trade for a year in a database: plan it, then carry it out through the public functions."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from queue import SimpleQueue
from typing import Any

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from groundplan.database import connect, superuser_url
from groundplan.errors import GroundplanError, NotInstalled, from_postgres
from groundplan.reports import fold
from groundplan.seed.chance import Chance
from groundplan.seed.documents import (
    Costs,
    Document,
    People,
    catalog_document,
    order_document,
    supply_documents,
)
from groundplan.seed.people import customers
from groundplan.seed.plan import Order, Range, Stock, Year
from groundplan.seed.shop import the_shop
from groundplan.seed.stock import stock_of
from groundplan.seed.trading import orders_of, the_range

Connection = psycopg.Connection[Any]

WORKERS = 2
_BATCHES = 400
_LARGEST_BATCH = 50
_FOLD_BATCH = 50_000
_ANALYZE_AFTER = (0.02, 0.15)
"""The server learns what its tables look like when so much has been done."""


class NotEmpty(GroundplanError):
    """The seed makes a shop of its own, and there is one already."""

    def __init__(self) -> None:
        super().__init__(
            "There are products in this database already.",
            hint="Make the example in a database of its own.",
        )


@dataclass(frozen=True)
class SeedCounts:
    """How many of each were made. ``cancellations`` are among the orders."""

    products: int
    skus: int
    customers: int
    orders: int
    shipments: int
    returns: int
    refunds: int
    cancellations: int
    receipts: int
    adjustments: int


def seed_year(
    connection: Connection,
    *,
    orders: int = 20_000,
    days: int = 365,
    seed: int = 1,
    until: date,
    on_progress: Callable[[int, int], None] | None = None,
    role: str | None = None,
) -> SeedCounts:
    """Trade for so many days, the last of which is ``until``; the same seed, the same year.

    The ecommerce modules are installed and hold no product yet, else NotEmpty is raised; the
    connection is in no transaction. ``on_progress`` is told how many of how many orders are done.
    Everything is committed as it is done; more connections to the same database are opened.
    ``role`` has an application's grants and does the trading, on the embedded server only;
    elsewhere the user of the connection does.
    Raises ValueError for a day that has not begun where the shop is, and the errors of
    groundplan.errors.
    """
    if orders < 1 or days < 1:
        raise ValueError(f"orders and days must be at least 1, not {orders} and {days}")
    if connection.info.transaction_status != pq.TransactionStatus.IDLE:
        raise ValueError("the connection must have no transaction in progress")
    before = connection.autocommit
    connection.autocommit = True
    try:
        told = on_progress or _told_nobody
        return _trade(connection, orders, days, seed, until, told, role)
    except psycopg.Error as error:
        raise from_postgres(error) from error
    finally:
        if not connection.closed:
            connection.autocommit = before


def _told_nobody(done: int, total: int) -> None:
    """Progress that nobody asked for."""


def _trade(
    connection: Connection,
    how_many: int,
    days: int,
    seed: int,
    until: date,
    on_progress: Callable[[int, int], None],
    role: str | None,
) -> SeedCounts:
    zone, now = _here_and_now(connection)
    if until > now.date():
        raise ValueError(f"until must not lie in the future: {until} has not begun in {zone}")
    year = Year(
        tuple(until - timedelta(days=days - 1 - place) for place in range(days)),
        min(now, datetime.combine(until, time.max)).replace(microsecond=0),
    )
    chance = Chance(seed)
    range_ = the_range(chance, year)
    buyers = max(1, how_many // 5)
    orders = orders_of(chance, year, range_, how_many, buyers)
    stock = stock_of(chance, year, range_, orders)
    costs = Costs(chance, year, range_)
    people = People(chance, year, list(customers(chance, buyers)), orders)

    with _another(connection, role, "catalog.sql", "customers.sql", "supply.sql") as clerk:
        shelves = catalog_document(the_shop(), stock, costs)
        _call(clerk, "groundplan_stock_shelves", shelves, zone)
        _call(clerk, "groundplan_register", people.documents(), zone)
        _call(clerk, "groundplan_supply", supply_documents(range_, stock, costs), zone)
    connection.execute("analyze")
    documents = [order_document(range_, people, order) for order in orders]
    _carry_out(connection, documents, zone, on_progress, role)
    fold(connection, batch=_FOLD_BATCH)
    connection.execute("analyze")
    return _counts(range_, stock, orders, buyers)


def _carry_out(
    connection: Connection,
    documents: Sequence[Document],
    zone: str,
    on_progress: Callable[[int, int], None],
    role: str | None,
) -> None:
    """Orders in batches, by workers with a connection each; nearly in the order of time."""
    batches = list(_batches(documents))
    analyze_at = [round(share * len(documents)) for share in _ANALYZE_AFTER]
    done = 0
    with _workers(connection, role) as submit:
        for answer in as_completed([submit(batch, zone) for batch in batches]):
            done += answer.result()
            on_progress(done, len(documents))
            if analyze_at and done >= analyze_at[0]:
                analyze_at.pop(0)
                connection.execute("analyze")


@contextmanager
def _workers(
    connection: Connection, role: str | None
) -> Generator[Callable[[Sequence[Document], str], Future[int]]]:
    """Submit batches; whatever goes wrong, no statement of a worker is left running."""
    free: SimpleQueue[Connection] = SimpleQueue()
    opened: list[Connection] = []

    def work(batch: Sequence[Document], zone: str) -> int:
        worker = free.get()
        try:
            _call(worker, "groundplan_trade", batch, zone)
        finally:
            free.put(worker)
        return len(batch)

    with ExitStack() as stack:
        for _ in range(WORKERS):
            worker = stack.enter_context(_another(connection, role, "trade.sql"))
            opened.append(worker)
            free.put(worker)
        pool = ThreadPoolExecutor(max_workers=WORKERS)
        try:
            yield lambda batch, zone: pool.submit(work, batch, zone)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in opened:
                worker.cancel_safe()
            raise
        finally:
            pool.shutdown()


@contextmanager
def _another(connection: Connection, role: str | None, *procedures: str) -> Generator[Connection]:
    """A second connection to the same database, for the same tenant, with these procedures.

    With a role it is that role's: the superuser opens it and makes the procedures, because an
    application may make nothing, not even temporary things.
    """
    info = connection.info
    url = make_conninfo(info.dsn, password=info.password) if info.password else info.dsn
    tenant = connection.execute("select current_setting('groundplan.tenant_id', true)").fetchone()
    higher = superuser_url(url) if role is not None else None
    with connect(higher or url, autocommit=True) as another:
        for name in procedures:
            another.execute(_text(name))
        if role is not None and higher is not None:
            another.execute(sql.SQL("set session authorization {}").format(sql.Identifier(role)))
        # Losing the last moments of an example in a crash does no harm.
        another.execute("set synchronous_commit = off")
        another.execute("set client_min_messages = error")
        # The reports are exact all the same; folding once at the end costs less.
        another.execute("set groundplan.fold_batch = '0'")
        if tenant is not None and tenant[0]:
            another.execute("select set_config('groundplan.tenant_id', %s, false)", [tenant[0]])
        yield another


def _batches(documents: Sequence[Document]) -> Iterator[Sequence[Document]]:
    """Small enough that what comes back has come back before it is sold again."""
    size = max(1, min(_LARGEST_BATCH, len(documents) // _BATCHES))
    for first in range(0, len(documents), size):
        yield documents[first : first + size]


def _here_and_now(connection: Connection) -> tuple[str, datetime]:
    """The zone of the shop, and its local time; raises NotInstalled or NotEmpty."""
    cursor = connection.cursor(row_factory=tuple_row)
    found = cursor.execute("select to_regclass('fulfillment.shipments') is not null").fetchone()
    if found is None or not found[0]:
        raise NotInstalled(connection.info.dbname)
    row = cursor.execute(
        "select tenant.time_zone, now() at time zone tenant.time_zone,\n"
        "    exists (select from catalog.products where tenant_id = tenant.id)\n"
        "from core.tenants as tenant where tenant.id = core.current_tenant_id()"
    ).fetchone()
    if row is None:
        raise NotInstalled(connection.info.dbname)
    zone, now, has_products = row
    if has_products:
        raise NotEmpty
    return zone, now


def _call(connection: Connection, procedure: str, document: object, zone: str) -> None:
    connection.execute(
        sql.SQL("call pg_temp.{}(%s, %s)").format(sql.Identifier(procedure)),
        [Jsonb(document), zone],
    )


def _text(name: str) -> bytes:
    return files(__package__ or "").joinpath(name).read_bytes()


def _counts(range_: Range, stock: Stock, orders: Sequence[Order], buyers: int) -> SeedCounts:
    fates = [order.fate for order in orders]
    returned = [fate.returned for fate in fates if fate.returned is not None]
    return SeedCounts(
        products=len(the_shop().products),
        skus=len(range_.skus),
        customers=buyers,
        orders=len(orders),
        shipments=sum(len(fate.parcels) for fate in fates),
        returns=len(returned),
        refunds=sum(len(each.lines) for each in returned)
        + sum(fate.goodwill is not None for fate in fates),
        cancellations=sum(bool(fate.cancelled) for fate in fates),
        receipts=len(stock.receipts),
        adjustments=len(stock.adjustments),
    )
