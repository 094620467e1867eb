"""What the guide for frameworks shows of SQLAlchemy, run."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy
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
        if block.language == "python" and "django" not in block.text:
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
