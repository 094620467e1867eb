"""The changes that are made to rows through SQLAlchemy's ORM, whatever the table."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy.orm import Session


class OrmRows:
    """One session and one mapped class with name, slug and description."""

    def __init__(self, session: Session, product: Any) -> None:
        self.session = session
        self.product = product

    def change(self, first: int, count: int) -> dict[str, float]:
        """Insert, update and delete so many rows, each in a transaction; seconds of each kind."""
        numbers = range(first, first + count)
        began = time.perf_counter()
        keys: list[Any] = []
        for number in numbers:
            row = self.product(name=f"Product {number}", slug=f"p-{number}", description="As made.")
            self.session.add(row)
            self.session.commit()
            keys.append(row.id)
            self.session.expunge_all()
        inserted = time.perf_counter()
        for key in keys:
            self.session.get_one(self.product, key).name = "Renamed"
            self.session.commit()
            self.session.expunge_all()
        updated = time.perf_counter()
        for key in keys:
            self.session.delete(self.session.get_one(self.product, key))
            self.session.commit()
            self.session.expunge_all()
        return {
            "insert": inserted - began,
            "update": updated - inserted,
            "delete": time.perf_counter() - updated,
        }
