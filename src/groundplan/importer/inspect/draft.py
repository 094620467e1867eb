"""A first mapping as a text to edit: every guess with its reason, every open question said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundplan.importer.entities.entity import Field
from groundplan.importer.files.sniff import Sniffed
from groundplan.importer.inspect.doubts import doubts
from groundplan.importer.inspect.guessing import Guess, tells_zone, values_of
from groundplan.importer.values import NumberStyle


@dataclass(frozen=True)
class Draft:
    """``text`` is TOML; ``decisions`` are in it too, and it is refused until they are taken out.
    ``notes`` are sentences about what the importing command has to be told."""

    text: str
    decisions: tuple[str, ...]
    notes: tuple[str, ...]


def draft_mapping(path: Path, sniffed: Sniffed, guess: Guess) -> Draft:
    """A mapping for the file by this guess."""
    decisions = tuple(_decisions(sniffed, guess))
    parts = [
        _head(path, guess, decisions),
        _file(sniffed),
        _numbers(sniffed, guess),
        _times(sniffed, guess),
        _rows(sniffed, guess),
        _load(guess),
        _fields(sniffed, guess),
        _unused(sniffed, guess),
    ]
    return Draft(
        "\n".join(part for part in parts if part), decisions, tuple(_notes(sniffed, guess))
    )


def _notes(sniffed: Sniffed, guess: Guess) -> Iterator[str]:
    for _, column in _columns(guess, "moment", "day"):
        if not tells_zone(column, sniffed):
            yield f"{column}: the times have no zone. Say --zone, or write it into the mapping."


def _decisions(sniffed: Sniffed, guess: Guess) -> Iterator[str]:
    for name in guess.missing:
        field = guess.entity.by_name[name]
        yield f"Which column is {name}? {field.meaning}"
    for name, column in _columns(guess, "moment", "day"):
        formats = sniffed.times.get(column, ())
        if len(formats) > 1:
            yield (
                f"{column} fits {' and '.join(formats)}, which are different days: keep one of them"
                f" at {name}."
            )
    for name, column in _columns(guess, "amount", "price", "quantity", "rate", "share"):
        for note in sniffed.notes:
            if note.startswith(f"{column}: ") and " would be " in note:
                yield f"{note} Check decimal and thousands at {name}."
    yield from doubts(sniffed, guess)
    if guess.entity.name == "orders" and not {"unit_price", "line_amount"} & set(guess.fields):
        yield "Which column is the price of one (unit_price), or of the line (line_amount)?"
    tax = guess.fields.get("tax_rate")
    if guess.entity.name == "orders" and tax is not None:
        yield (
            f"{tax} is the tax rate: do the prices contain the tax? Write true or false at"
            " prices_include_tax."
        )


def _head(path: Path, guess: Guess, decisions: Sequence[str]) -> str:
    lines = [
        f"# How {path.name} becomes {guess.entity.title}: a first guess, to be looked at.",
        "# Then: groundplan import THIS.toml FILE --dry-run",
        "",
        f"title = {quoted(path.stem)}",
        f"entity = {quoted(guess.entity.name)}",
        "# Rows of the same source and key are the same record, whichever file they come in.",
        f"source = {quoted(path.stem)}",
    ]
    if decisions:
        lines += [
            "",
            "# Take out what you have decided; until then nothing is imported.",
            "decide = [",
        ]
        lines += [f"    {quoted(each)}," for each in decisions]
        lines.append("]")
    return "\n".join(lines) + "\n"


def _file(sniffed: Sniffed) -> str:
    options = sniffed.options
    told = {
        "encoding": options.encoding,
        "delimiter": options.delimiter,
        "quote": None if options.quote == '"' else options.quote,
        "sheet": options.sheet if len(sniffed.sheets) > 1 else None,
    }
    lines = [f"{name} = {quoted(value)}" for name, value in told.items() if value is not None]
    if options.header_line != 1:
        lines.append(f"header_line = {options.header_line}")
    if options.header_line == 0:
        lines.append(f"columns = {_list(sniffed.columns)}")
    notes = [f"# {note}" for note in sniffed.notes if not _is_of_a_column(note, sniffed)]
    return "\n".join(["[file]", *notes, *lines]) + "\n" if lines or notes else ""


def _is_of_a_column(note: str, sniffed: Sniffed) -> bool:
    return any(note.startswith(f"{column}: ") for column in sniffed.columns)


def _usual(sniffed: Sniffed, guess: Guess) -> NumberStyle:
    """The style of most columns of numbers that are used; a plain one fits any other."""
    used = set(guess.fields.values())
    styles = Counter(
        style
        for column, style in sniffed.numbers.items()
        if column in used and style != NumberStyle()
    )
    return styles.most_common(1)[0][0] if styles else NumberStyle()


def _numbers(sniffed: Sniffed, guess: Guess) -> str:
    style = _usual(sniffed, guess)
    if style == NumberStyle():
        return ""
    lines = ["[numbers]", f"decimal = {quoted(style.decimal)}"]
    if style.thousands:
        lines.append(f"thousands = {quoted(style.thousands)}")
    return "\n".join(lines) + "\n"


def _times(sniffed: Sniffed, guess: Guess) -> str:
    columns = [column for _, column in _columns(guess, "moment", "day")]
    if not columns:
        return ""
    lines = ["[times]"]
    if not all(tells_zone(column, sniffed) for column in columns):
        lines.append(
            "# Times and days without a zone of their own are in this one; --zone says it, too."
        )
        lines.append('# zone = "Europe/Berlin"')
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def _rows(sniffed: Sniffed, guess: Guess) -> str:
    number = guess.fields.get("number")
    if guess.entity.name != "orders" or number is None:
        return ""
    blank = len(values_of(number, sniffed)) < sum(row.fault is None for row in sniffed.rows)
    if not blank:
        return ""
    return (
        f"[rows]\n# A row without {number} goes on with the order above.\n"
        f"key = {_list([number])}\ncontinued = true\n"
    )


def _load(guess: Guess) -> str:
    options = guess.entity.options or {}
    lines = [f"# {name} = {_value(value)}" for name, value in options.items()]
    return "\n".join(["[load]", *lines]) + "\n" if lines else ""


def _fields(sniffed: Sniffed, guess: Guess) -> str:
    lines = ["[fields]"]
    for field in guess.entity.fields:
        column = guess.fields.get(field.name)
        if column is not None:
            lines.append(f"{field.name} = {_source(field, column, sniffed, guess)}")
        elif field.name == "number" and guess.number:
            lines.append("# There is no order number: what one customer ordered at one time.")
            lines.append(f'number = {{ columns = {_list(guess.number)}, join = " " }}')
        else:
            lines.append(f'# {field.name} = ""  # {field.meaning}')
    return "\n".join(lines) + "\n"


def _source(field: Field, column: str, sniffed: Sniffed, guess: Guess) -> str:
    told: list[str] = []
    formats = sniffed.times.get(column, ())
    if field.kind in ("moment", "day") and formats and formats != ("iso",):
        told.append(f"formats = {_list(formats)}")
    style = sniffed.numbers.get(column)
    usual = _usual(sniffed, guess)
    if field.is_number and style is not None and style not in (usual, NumberStyle()):
        told.append(f"decimal = {quoted(style.decimal)}, thousands = {quoted(style.thousands)}")
    if empty := sniffed.placeholders.get(column):
        told.append(f"empty = {_list(empty)}")
    if not told:
        return quoted(column)
    return f"{{ column = {quoted(column)}, {', '.join(told)} }}"


def _unused(sniffed: Sniffed, guess: Guess) -> str:
    used = {*guess.fields.values(), *guess.number}
    rest = [column for column in sniffed.columns if column not in used]
    if not rest:
        return ""
    lines = ["# Columns that nothing uses; without the sign they are kept beside the record."]
    lines.append("[custom_fields]")
    lines += [f"# {quoted(column)} = {quoted(column)}" for column in rest]
    return "\n".join(lines) + "\n"


def _columns(guess: Guess, *kinds: str) -> list[tuple[str, str]]:
    return [
        (name, column)
        for name, column in guess.fields.items()
        if guess.entity.by_name[name].kind in kinds
    ]


def quoted(text: str) -> str:
    """A basic string of TOML: JSON's, but that delete has to be escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def _value(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else quoted(value)
