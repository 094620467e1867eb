"""The names of the columns, and whether the wanted ones are among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from groundplan.errors import BadFile
from groundplan.importer.files.faults import bad_file
from groundplan.importer.files.table import Cell, FileOptions, Row

_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"


@dataclass(frozen=True)
class Header:
    """``columns`` are named; behind them are ``unnamed`` ones that have to be empty in every row.

    Such come from a delimiter at the end of every line.
    """

    columns: tuple[str, ...]
    unnamed: int = 0

    def row(self, line: int, cells: tuple[Cell, ...]) -> Row:
        """The row, with a fault when it has not as many cells as the header."""
        count, wanted = len(cells), len(self.columns) + self.unnamed
        if count != wanted:
            return Row(line, cells, f"{_counted(count)}, but the header has {wanted}.")
        if not self.unnamed:
            return Row(line, cells)
        for position in range(len(self.columns), count):
            if cells[position] != "":
                return Row(
                    line, cells, f"cell {position + 1} is not empty, but its column has no name."
                )
        return Row(line, cells[: len(self.columns)])


def _counted(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"


def clean_name(cell: str) -> str:
    """A column's name as it is compared: without blanks around it, one blank between words."""
    return " ".join(cell.strip(_INVISIBLE).split()).strip(_INVISIBLE)


def make_header(
    path: Path,
    cells: Sequence[str],
    options: FileOptions,
    wanted: Collection[str],
    line: int,
) -> Header:
    """The columns of the header row ``cells``, which stands in ``line``.

    A name that comes again gets " (2)"; a blank one among others is "column 3" after its position.
    Raises BadFile when a wanted column is missing or there twice, when the header is blank, and
    when ``options.columns`` are not as many.
    """
    names = [clean_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    unnamed = len(cells) - len(names)
    if options.columns:
        if len(options.columns) not in (len(names), len(cells)):
            raise bad_file(
                path,
                f"{len(options.columns)} columns are declared, but the file has {len(names)}.",
                line=line or None,
            )
        names, unnamed = list(options.columns), len(cells) - len(options.columns)
    if not names:
        raise bad_file(path, "the header names no column.", line=line or None)
    twice = [name for name, count in Counter(names).items() if count > 1 and name in wanted]
    if twice:
        raise bad_file(
            path,
            f"two columns are named {twice[0]!r}, and which one is meant is not known.",
            line=line or None,
            hint="Rename one of them in the file.",
        )
    return Header(_unique(names), unnamed)


def check_wanted(
    path: Path, columns: Sequence[str], wanted: Collection[str], line: int, hint: str | None = None
) -> None:
    """Raise BadFile, with the nearest names, when one of ``wanted`` is missing."""
    if missing := [name for name in wanted if name not in columns]:
        raise missing_columns(path, columns, missing, line, hint)


def missing_columns(
    path: Path, columns: Sequence[str], missing: Sequence[str], line: int, hint: str | None
) -> BadFile:
    """The error that lists what is missing and what comes nearest to it."""
    folded = {name.casefold(): name for name in columns}
    near: list[str] = []
    for name in missing:
        if found := get_close_matches(name.casefold(), folded, n=1, cutoff=0.6):
            near.append(f"{folded[found[0]]!r} for {name!r}")
    names = ", ".join(repr(name) for name in missing[:12])
    more = f" and {len(missing) - 12} more" if len(missing) > 12 else ""
    what = "column is" if len(missing) == 1 else "columns are"
    shown = ", ".join(columns[:12]) + (", …" if len(columns) > 12 else "")
    found_hint = f"Nearest: {', '.join(near[:12])}." if near else f"The header has: {shown}."
    return bad_file(
        path,
        f"the {what} missing: {names}{more}.",
        line=line or None,
        hint=f"{found_hint} {hint}" if hint else found_hint,
    )


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Names made distinct; a blank one is called after its position."""
    taken = set(names)
    seen: set[str] = set()
    unique: list[str] = []
    for position, name in enumerate(names, 1):
        candidate = name or f"column {position}"
        again = 1
        while candidate in seen or (candidate != name and candidate in taken):
            again += 1
            candidate = f"{name or f'column {position}'} ({again})"
        seen.add(candidate)
        unique.append(candidate)
    return tuple(unique)
