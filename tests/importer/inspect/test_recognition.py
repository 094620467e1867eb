"""Every format that comes along is recognised by the header of its own files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundplan.importer import built_in, built_in_names
from groundplan.importer.inspect import UnknownFormat, inspect_file, recognised

_TESTS = Path(__file__).parents[1]
_FILES = sorted([*(_TESTS / "formats" / "data").iterdir(), *(_TESTS / "orders" / "data").iterdir()])


def format_of(file: Path) -> str | None:
    """The format a file of the tests is named after, the longest such name."""
    names = [name for name in built_in_names() if file.name.startswith(name)]
    return max(names, key=len, default=None)


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_it_is_recognised(file: Path) -> None:
    expected = format_of(file)
    if expected is None:
        pytest.skip(f"{file.name} is named after no format: it is used by the tests of one.")
    mapping = built_in(expected)
    assert mapping is not None
    if not mapping.recognised_by:
        pytest.skip(f"{expected} has no header of its own; it is chosen by name.")
    assert inspect_file(file).format == expected
    assert recognised(file).name == expected


def test_nearly_all_formats_have_a_file() -> None:
    with_file = {format_of(file) for file in _FILES}
    recognisable = {
        name
        for name in built_in_names()
        if (mapping := built_in(name)) is not None and mapping.recognised_by
    }
    assert len(recognisable & with_file) >= 10


def test_no_format(written: Callable[[str, str], Path]) -> None:
    with pytest.raises(UnknownFormat, match="that of no format"):
        recognised(written("a,b\n1,2\n", "ab.csv"))
