"""What the guide for frameworks shows of SQLAlchemy, run."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session

from groundplan.database import EmbeddedServer
from groundplan.testing import installed
from tests.docs.pages import ROOT, blocks

GUIDE = ROOT / "docs" / "how-to" / "from-your-framework.md"
PRODUCTS = ROOT / "examples" / "tutorial" / "products.sql"


@pytest.fixture
def engine(server: EmbeddedServer) -> Iterator[sqlalchemy.Engine]:
    """On a shop with three teapots."""
    with installed(prepare=PRODUCTS.read_text(encoding="utf-8"), url=server.url()) as url:
        engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        yield engine
        engine.dispose()


def _order(session: Session, order: Any, pots: int) -> Any:
    """The id of a draft."""
    draft = order(currency_code="EUR")
    session.add(draft)
    session.flush()
    session.execute(
        sqlalchemy.text(
            "insert into sales.order_items (order_id, sku_id, quantity)"
            " select :id, id, :quantity from catalog.skus where code = 'POT'"
        ),
        {"id": draft.id, "quantity": pots},
    )
    return draft.id


def test_sqlalchemy(engine: sqlalchemy.Engine) -> None:
    names: dict[str, Any] = {"engine": engine, "current_user": lambda: "ada@example.com"}
    for block in blocks(GUIDE):
        if block.language == "python" and not re.search("django|sync_engine", block.text):
            # Not with the __future__ of this file: SQLAlchemy looks at the annotations.
            exec(compile(block.text, GUIDE.name, "exec", dont_inherit=True), names)
    order, place = names["Order"], names["place"]
    with Session(engine) as session:
        fits, too_many = _order(session, order, pots=2), _order(session, order, pots=2)
        session.commit()
    assert place(fits) is True
    assert place(too_many) is False
    with Session(engine) as session:
        found = {each.id: (each.status, each.total_amount) for each in session.query(order)}
        assert found == {fits: ("placed", Decimal("71.4")), too_many: ("draft", None)}
        told = session.execute(sqlalchemy.text("select distinct created_by from sales.orders"))
        assert told.scalars().all() == ["ada@example.com"]


REFUSED = {
    # Of a SQLSTATE that asyncpg knows, and of two that are our own.
    "select sales.place_order('[]')": ("23514", "placed_order_has_a_line"),
    "select sales.place_order('[5]')": ("23R14", "order_lines_are_a_list"),
    "update inventory.stock_levels set on_hand = 99": (
        "23R04",
        "stock_on_hand_is_the_sum_of_its_movements",
    ),
}


async def _errors(engine: AsyncEngine) -> list[DBAPIError]:
    """What each statement ends with."""
    errors: list[DBAPIError] = []
    for statement in REFUSED:
        with pytest.raises(DBAPIError) as refused:
            async with engine.begin() as connection:
                await connection.execute(sqlalchemy.text(statement))
        errors.append(refused.value)
    await engine.dispose()
    return errors


def test_asyncpg(engine: sqlalchemy.Engine) -> None:
    """Without the listener they are errors, but not of integrity; with it they are."""
    url = engine.url.set(drivername="postgresql+asyncpg")
    plain = asyncio.run(_errors(create_async_engine(url)))
    assert [isinstance(error, IntegrityError) for error in plain] == [True, False, False]

    (snippet,) = [block.text for block in blocks(GUIDE) if "sync_engine, " in block.text]
    listening = create_async_engine(url)
    exec(compile(snippet, GUIDE.name, "exec", dont_inherit=True), {"engine": listening})
    errors = asyncio.run(_errors(listening))
    assert all(isinstance(error, IntegrityError) for error in errors)
    told = [
        (getattr(error.orig, "sqlstate", None), getattr(cause, "constraint_name", None))
        for error in errors
        for cause in [error.orig.__cause__ if error.orig else None]
    ]
    assert told == list(REFUSED.values())
    for error, (_, rule) in zip(errors, REFUSED.values(), strict=True):
        assert error.orig is not None
        assert str(getattr(error.orig.__cause__, "detail", "")).endswith(f"Rule: {rule}.")
