"""SQLAlchemy-Continuum: the same table, versioned by listeners of the session, or by triggers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, Integer, Text, create_engine, func
from sqlalchemy.orm import Session, configure_mappers, declarative_base
from sqlalchemy_continuum import make_versioned

from .orm_rows import OrmRows


def open_system(url: str) -> Any:
    """Called by the client's process."""
    return open_tables(url, {})


def open_tables(url: str, options: dict[str, Any]) -> Any:
    """Make the tables the first time; ``options`` are Continuum's."""
    make_versioned(user_cls=None, options=options)
    base: Any = declarative_base()

    class Product(base):
        __tablename__ = "products"
        __versioned__: dict[str, Any] = {}  # noqa: RUF012 - Read by Continuum as it is.
        id = Column(Integer, primary_key=True)
        name = Column(Text, nullable=False)
        slug = Column(Text, nullable=False, unique=True)
        description = Column(Text)
        status = Column(Text, nullable=False, server_default="active")
        created_at = Column(DateTime(timezone=True), nullable=False, server_default=func.now())

    configure_mappers()
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    base.metadata.create_all(engine)
    return OrmRows(Session(engine, expire_on_commit=False), Product)
