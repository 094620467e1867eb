"""Reading at length: what a CSV writer wrote comes back, in constant memory, with its lines."""

from __future__ import annotations

import csv
import gzip
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplan.errors import BadFile
from groundplan.importer.files import FileOptions, open_table
from groundplan.importer.files.quotes import LONGEST_CELL

cells = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00\x1a"), max_size=8
) | st.sampled_from(["", '"', "'", ",", ";", "\n", "\r", "\r\n", '""', ' "', "a,b", '5"', "="])


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6
        )
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    end: str,
    encoding: str,
) -> None:
    """Every row in its order, with the line it begins in; blank ones are left out."""
    path = tmp_path_factory.getbasetemp() / "written.csv"
    names = tuple(f"c{number}" for number in range(len(rows[0])))
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(names)
    lines: list[int] = []
    for row in rows:
        lines.append(_lines(written.getvalue()) + 1)
        writer.writerow(row)
    path.write_bytes(written.getvalue().encode(encoding))
    expected = [(line, tuple(row)) for line, row in zip(lines, rows, strict=True) if any(row)]
    with open_table(path, FileOptions(delimiter=delimiter)) as table:
        assert table.columns == names
        found = list(table.rows)
    clean = [(row.line, row.cells) for row in found if row.fault is None]
    doubtful = [row.line for row in found if row.fault is not None]
    assert [item for item in expected if item[0] not in doubtful] == clean
    for row in found:
        # The only doubt about a well-formed row: each of its lines looks like a row.
        assert row.fault is None or "looks like a row of its own" in row.fault


def _lines(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)
    _read_or_refuse(path)


@given(st.text('a1,;"\n\r\t |=', max_size=60))
def test_any_text_is_a_table_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "text.csv"
    path.write_bytes(content.encode())
    _read_or_refuse(path)


def _read_or_refuse(path: Path) -> None:
    previous = 0
    try:
        with open_table(path) as table:
            for row in table.rows:
                assert row.line > previous
                previous = row.line
                assert row.fault is not None or len(row.cells) == len(table.columns)
    except BadFile as error:
        refusal = str(error)
    else:
        return
    assert refusal.endswith((".", "…"))


def test_memory_is_constant(tmp_path: Path) -> None:
    path = tmp_path / "long.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("id,text\n")
        for number in range(20_000):
            file.write(f'{number},"line one of {number}\nline two"\n')
    tracemalloc.start()
    try:
        with open_table(path) as table:
            count = sum(1 for row in table.rows if row.fault is None)
            last = table.progress()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert last == 1
    assert peak < 2_000_000


def test_progress_grows(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("id,text\n" + "".join(f"{n},{'x' * 50}\n" for n in range(20_000)))
    with open_table(path) as table:
        shares = [table.progress() for row in table.rows if row.line % 1000 == 0]
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert shares[-1] == 1


def test_a_cell_may_be_long_but_not_endless(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(f'id,text\n1,"{"x" * 1_000_000}"\n')
    with open_table(path) as table:
        assert [len(str(row.cells[1])) for row in table.rows] == [1_000_000]
    path.write_text(f'id,text\n1,x\n2,"{"x" * (LONGEST_CELL + 1)}"\n')
    with open_table(path) as table, pytest.raises(BadFile, match="longer than 10,485,760") as bad:
        list(table.rows)
    assert bad.value.row == 3


def test_a_quote_that_never_closes_costs_no_more_memory_than_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"

    def content() -> Iterator[str]:
        yield 'id,text\n1,x\n2,"y\n'
        for number in range(100_000):
            yield f"{number},{'abcdef' * 20}\n"

    with path.open("w", encoding="utf-8") as file:
        file.writelines(content())
    with open_table(path) as table, pytest.raises(BadFile, match="never closes") as bad:
        list(table.rows)
    assert bad.value.row == 3


def test_names_of_columns_are_cleaned_and_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("a,a,a (2),,a\n1,2,3,4,5\n")
    with open_table(path) as table:
        assert table.columns == ("a", "a (3)", "a (2)", "column 4", "a (4)")


@pytest.mark.parametrize("name", ["nothing.csv", "folder"])
def test_what_is_not_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with (
        pytest.raises(BadFile, match=r"no such file|a directory"),
        open_table(tmp_path / name) as table,
    ):
        list(table.rows)
