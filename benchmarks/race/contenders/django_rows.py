"""Django's ORM on a table whose changes nobody keeps, and on one that pghistory tracks."""

from __future__ import annotations

import os
import time
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command


def open_tables(url: str, model: str) -> Any:
    """Set Django up; makes the tables the first time."""
    os.environ["RACE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "race.contenders.history_settings"
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    return DjangoRows(apps.get_model("history_app", model))


def open_system(url: str) -> Any:
    """Called by the client's process."""
    return open_tables(url, "PlainProduct")


class DjangoRows:
    """One model."""

    def __init__(self, model: Any) -> None:
        self.rows = model.objects

    def change(self, first: int, count: int) -> dict[str, float]:
        """Insert, update and delete so many rows, each in a transaction; seconds of each kind."""
        numbers = range(first, first + count)
        began = time.perf_counter()
        keys = [
            self.rows.create(name=f"Product {n}", slug=f"p-{n}", description="As made.").pk
            for n in numbers
        ]
        inserted = time.perf_counter()
        for key in keys:
            row = self.rows.get(pk=key)
            row.name = "Renamed"
            row.save(update_fields=["name"])
        updated = time.perf_counter()
        for key in keys:
            self.rows.get(pk=key).delete()
        return {
            "insert": inserted - began,
            "update": updated - inserted,
            "delete": time.perf_counter() - updated,
        }
