"""The shop that is filmed: a year of orders until today, on a PostgreSQL of its own."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

from groundplan.database import EmbeddedServer, connect, create_database
from groundplan.installation import apply, plan_for
from groundplan.seed import seed_year
from groundplan.studio import Settings
from groundplan.studio.serving import Server, listening

_PLACE = """
    select sales.place_order(jsonb_build_array(jsonb_build_object(
        'sku', (
            select sku.code
            from inventory.stock_levels as level
            join catalog.skus as sku on sku.id = level.sku_id
            order by level.on_hand - level.allocated desc
            limit 1),
        'quantity', 3)))
"""


@contextlib.contextmanager
def shop(orders: int) -> Generator[str]:
    """The URL of its database."""
    with tempfile.TemporaryDirectory(prefix="gp-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedServer(Path(folder))
        server.start()
        try:
            url = create_database(server.url(), "shop")
            with contextlib.closing(connect(url, autocommit=True)) as connection:
                apply(connection, plan_for((), ["ecommerce"]))
                today = datetime.now(UTC).date()
                seed_year(connection, orders=orders, seed=1, until=today)
                connection.execute("analyze")
            yield url
        finally:
            server.destroy()


@contextlib.contextmanager
def studio(url: str) -> Generator[str]:
    """The address of a studio on the shop, with its token."""
    listener = listening(0)
    settings = Settings(url, port=listener.getsockname()[1], makes_roles=True)
    begun = threading.Event()
    server = Server(settings, begun.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        begun.wait(30)
        yield settings.address
    finally:
        server.should_exit = server.force_exit = True
        thread.join(30)
        listener.close()


def place_order(url: str) -> None:
    """One order of three pieces, as an application would place it."""
    with contextlib.closing(connect(url, autocommit=True)) as connection:
        connection.execute(_PLACE.encode())
