"""A small world, with rows in every table: what attacks on a scratch copy work with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from groundplan.compose import Module
from groundplan.errors import from_postgres

# Stock first: placing the sample orders reserves it where it is kept. Reports last: they count it.
_LATER = ("sales", "fulfillment", "reporting")


def add_sample_rows(
    connection: psycopg.Connection[Any], modules: Iterable[Module], *, beside_others: bool = False
) -> None:
    """Run the sample.sql of each module, in one transaction. Never on data that is to be kept.

    ``beside_others``: where rows of the same keys are there already, a module's sample is left out.
    """
    listed = tuple(modules)
    early = [module for module in listed if module.name not in _LATER]
    late = sorted(
        (module for module in listed if module.name in _LATER),
        key=lambda module: _LATER.index(module.name),
    )
    try:
        with connection.transaction():
            connection.execute("select set_config('groundplan.tenant_id', '1', true)")
            for module in (*early, *late):
                _add(connection, module.text("sample.sql"), beside_others)
    except psycopg.Error as error:
        raise from_postgres(error) from error


def _add(connection: psycopg.Connection[Any], text: str, beside_others: bool) -> None:
    if not text:
        return
    try:
        with connection.transaction():
            connection.execute(text.encode())
    except psycopg.IntegrityError:
        if not beside_others:
            raise
