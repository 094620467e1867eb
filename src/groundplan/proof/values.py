"""Values worth trying in a column: what breaks checks, what no other row has, what points nowhere.

All of them are SQL texts, cast to the column's type, that may name other columns of the same row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from psycopg import sql

from groundplan.snapshot.model import Column

_WORD = re.compile(r"'((?:[^']|'')*)'")
_WHOLE = ("smallint", "integer", "bigint")
_DECIMAL = ("numeric", "real", "double precision")
_MOMENTS = ("timestamp", "date")


def breaking_values(column: Column, expression: str, neighbours: Sequence[Column]) -> list[str]:
    """Values that a check on the column might forbid, the plainest first.

    ``expression`` is the check: the words and numbers in it are the ones that matter.
    ``neighbours`` are the other columns it mentions: the same value is tried, and one above it.
    """
    base = _base(column)
    listed = ["null", *_constants(base, expression)]
    own = quoted(column.name)
    same = [quoted(each.name) for each in neighbours if _base(each) == base]
    if base in _WHOLE or base in _DECIMAL:
        listed += [f"{own} + 1", f"{own} - 1"]
        listed += [f"{own} + 0.001"] if base in _DECIMAL else []
        listed += [text for each in same for text in (each, f"{each} + 1", f"{each} - 1")]
    elif base.startswith(_MOMENTS):
        listed += same + [f"{each} - interval '1 day'" for each in same]
        listed += [f"{each} + interval '1 day'" for each in same]
    else:
        listed += same
    return _cast(listed, column)


def _constants(base: str, expression: str) -> list[str]:
    words = [literal(word.replace("''", "'")) for word in _WORD.findall(expression)]
    numbers = re.findall(r"\b\d+(?:\.\d+)?\b", expression)
    match base:
        case "boolean":
            return ["true", "false"]
        case "text" | "character varying" | "character":
            return ["''", "' '", "'x'", "'-'", "'Not Allowed'", "'unknown'", *words]
        case "jsonb" | "json":
            return ["'[]'", "'{}'", "'1'", "'null'"]
        case "uuid":
            return [literal(fresh_uuid(0))]
        case "time without time zone" | "time with time zone":
            return ["'00:00'", "'23:59:59'", *words]
        case _ if base in _WHOLE:
            near = [str(int(float(each)) + 1) for each in numbers]
            return ["-1", "0", "1", "2", "32000", "-32000", *near]
        case _ if base in _DECIMAL:
            near = [f"{each} + 1" for each in numbers]
            return ["-1", "0", "'NaN'", "1", "-999999", "999999", "-0.01", *near]
        case _ if base.startswith(_MOMENTS):
            return ["'1900-01-01'", "'2999-12-31'", "'infinity'", "'-infinity'", *words]
        case _:
            return []


def fresh_values(column: Column, nth: int = 1) -> list[str]:
    """Values that no other row has, in the forms that checks on spelling are likely to accept."""
    own = quoted(column.name)
    base = _base(column)
    match base:
        case "uuid":
            listed = [literal(fresh_uuid(nth))]
        case "text" | "character varying" | "character":
            listed = [
                f"coalesce({own}, '') || '-another'",
                f"coalesce({own}, '') || '_another'",
                f"coalesce({own}, '') || 'another'",
                "'ZZZ'",
                "'ZZ'",
                "'another@example.com'",
            ]
        case "boolean":
            listed = [f"not {own}"]
        case "jsonb" | "json":
            listed = ["""'{"another": true}'"""]
        case _ if base in _WHOLE:
            listed = [f"coalesce({own}, 0) + 1000", f"coalesce({own}, 0) + 1", "32000"]
        case _ if base in _DECIMAL:
            listed = [f"coalesce({own}, 0) + 1", f"{own} - 1", f"{own} / 2"]
        case _ if base.startswith(_MOMENTS):
            listed = [
                f"coalesce({own}, 'epoch') + interval '200 years'",
                f"coalesce({own}, 'epoch') - interval '200 years'",
            ]
        case _:
            listed = []
    return _cast(listed, column)


def unknown_values(column: Column) -> list[str]:
    """Values that no row of a referenced table is likely to have."""
    base = _base(column)
    match base:
        case "text" | "character varying" | "character":
            return _cast(["'nowhere'", "'ZZZ'", "'ZZ'", "'zz'"], column)
        case _ if base in ("integer", "bigint"):
            return _cast(["2147480000"], column)
        case _:
            return fresh_values(column, nth=9)


def fresh_uuid(nth: int) -> str:
    """A well-formed UUID that no generator makes."""
    return f"ffffffff-ffff-7fff-bfff-{nth:012x}"


def literal(value: object) -> str:
    """A value as SQL text; strings stay untyped."""
    return sql.Literal(value).as_string()


def quoted(column: str) -> str:
    """A column's name as SQL text."""
    return sql.Identifier(column).as_string()


def combinations(options: Sequence[tuple[str, Sequence[str]]]) -> Iterator[dict[str, str]]:
    """All assignments of one value to each of the columns."""
    if not options:
        yield {}
        return
    (column, values), *rest = options
    for value in values:
        for others in combinations(rest):
            yield {column: value, **others}


def _base(column: Column) -> str:
    return (
        column.type.split("(")[0].strip()
        if "time" not in column.type
        else re.sub(r"\(\d+\)", "", column.type)
    )


def _cast(values: Iterable[str], column: Column) -> list[str]:
    seen = dict.fromkeys(values)
    return [value if value == "null" else f"({value})::{column.type}" for value in seen]
