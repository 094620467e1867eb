"""SQLAlchemy's ORM on Groundplan's products, which are audited in the database."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from .orm_rows import OrmRows


class Base(DeclarativeBase):
    """One table, with the columns that this program writes."""


class Product(Base):
    __tablename__ = "products"
    __table_args__ = ({"schema": "catalog"},)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("core.new_id()"))
    name: Mapped[str]
    slug: Mapped[str]
    description: Mapped[str | None]


def open_system(url: str) -> Any:
    """Called by the client's process."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    return OrmRows(Session(engine, expire_on_commit=False), Product)
