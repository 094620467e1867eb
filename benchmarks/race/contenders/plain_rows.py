"""SQLAlchemy's ORM on a table whose changes nobody keeps."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import create_engine, func
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from .orm_rows import OrmRows


class Base(DeclarativeBase):
    """One table."""


class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="active")
    created_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())


def open_system(url: str) -> Any:
    """Called by the client's process; makes the table the first time."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    Base.metadata.create_all(engine)
    return OrmRows(Session(engine, expire_on_commit=False), Product)
