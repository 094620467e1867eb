"""Settings on which the text of definitions depends, the same for every reading."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import tuple_row

# A constant in an expression is written as the session writes times and numbers.
_SETTINGS = {
    "search_path": "",
    "quote_all_identifiers": "off",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}
_NAMES = list(_SETTINGS)


@contextmanager
def written_alike(connection: psycopg.Connection[Any]) -> Generator[None]:
    """A transaction in which names come out qualified and constants are written in one way,
    whatever the session likes; its own settings are put back at the end."""
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        before = cursor.execute(
            "select array_agg(current_setting(name) order by place)\n"
            "from unnest(%s::text[]) with ordinality as wanted (name, place)",
            [_NAMES],
        ).fetchone()
        assert before is not None
        _set(cursor, list(_SETTINGS.values()))
        yield
        _set(cursor, before[0])


def _set(cursor: psycopg.Cursor[Any], values: list[str]) -> None:
    cursor.execute(
        "select set_config(name, value, true)\n"
        "from unnest(%s::text[], %s::text[]) as wanted (name, value)",
        [_NAMES, values],
    )
