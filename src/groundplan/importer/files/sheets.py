"""What openpyxl does not tell while it streams: formulas without a value, merged cells."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

_LONG = 1_000
_CHUNK = 1 << 20
_SPECIAL = re.compile(rb"<(?:\w+:)?(?:f[\s>/]|mergeCell\s)")
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_REFERENCE = re.compile(r"\$?([A-Z]+)\$?(\d+)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Area:
    """A rectangle of merged cells; columns and rows count from 1."""

    name: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass
class SheetFacts:
    """What the XML of a sheet says.

    ``rows``: how many there are; ``is_strict``: it is the variant "Strict Open XML", of which
    openpyxl sees nothing; ``unsaved``: formulas without a value, by row and column; ``_areas`` by
    row, those of very many rows apart, in ``_long``.
    """

    rows: int = 0
    is_strict: bool = False
    unsaved: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    _areas: dict[int, list[Area]] = field(default_factory=lambda: defaultdict(list))
    _long: list[Area] = field(default_factory=list[Area])

    def add(self, area: Area) -> None:
        """Remember merged cells."""
        if area.bottom - area.top > _LONG:
            self._long.append(area)
        else:
            for row in range(area.top, area.bottom + 1):
                self._areas[row].append(area)

    def fault(self, row: int, columns: int) -> str | None:
        """Why the first ``columns`` cells of ``row`` are not what they seem; None: they are."""
        for column in self.unsaved.get(row, ()):
            if column <= columns:
                return (
                    f"cell {column_letters(column)}{row} is a formula without a saved value; open "
                    "the file in a spreadsheet program and save it."
                )
        for area in (*self._areas.get(row, ()), *self._long):
            if area.left <= columns and area.top <= row <= area.bottom:
                return f"it is part of the merged cells {area.name}; unmerge them."
        return None


def sheet_facts(path: Path, name: str) -> SheetFacts:
    """Read the XML of the sheet ``name`` once, and parse it only if there is something in it.

    Raises KeyError when there is no such sheet, SyntaxError for what is no XML.
    """
    facts = SheetFacts()
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, name)
        with archive.open(part) as xml:
            is_special = _scan(xml, facts)
        if is_special:
            with archive.open(part) as xml:
                _parse(xml, facts)
    return facts


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def unescaped(text: str) -> str | None:
    """Excel's ``_x000D_`` for a carriage return taken out; None: another character is escaped."""
    text = text.replace("_x000D_\n", "\n").replace("_x000D_", "\n")
    return None if _ESCAPE.search(text) else text


def _part(archive: zipfile.ZipFile, name: str) -> str:
    """The path of the sheet's XML: name → relationship → path."""
    links: dict[str, str] = {}
    rels = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    for link in rels:
        links[link.attrib.get("Id", "")] = link.attrib.get("Target", "")
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if _tag(element) == "sheet" and element.attrib.get("name") == name:
            ids = [value for key, value in element.attrib.items() if key.endswith("}id")]
            target = links.get(ids[0], "") if ids else ""
            part = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            return posixpath.normpath(part)
    raise KeyError(name)


def _scan(xml: IO[bytes], facts: SheetFacts) -> bool:
    is_special = False
    rest = b""
    while chunk := xml.read(_CHUNK):
        data = rest + chunk
        end = data.rfind(b"<")
        data, rest = (data[:end], data[end:]) if end > 0 else (data, b"")
        facts.is_strict = facts.is_strict or _STRICT in data
        facts.rows += len(_ROW.findall(data))
        is_special = is_special or _SPECIAL.search(data) is not None
    return is_special or _SPECIAL.search(rest) is not None


def _parse(xml: IO[bytes], facts: SheetFacts) -> None:
    row = column = 0
    for event, element in ElementTree.iterparse(xml, ("start", "end")):
        tag = _tag(element)
        if event == "start":
            if tag == "row":
                row, column = int(element.attrib.get("r", row + 1)), 0
            elif tag == "c":
                found = _REFERENCE.fullmatch(element.attrib.get("r", ""))
                column = _number(found[1]) if found else column + 1
        elif tag == "c":
            if _is_unsaved(element):
                facts.unsaved.setdefault(row, []).append(column)
        elif tag == "row":
            element.clear()
        elif tag == "mergeCell":
            _add_area(element.attrib.get("ref", ""), facts)


def _is_unsaved(cell: ElementTree.Element) -> bool:
    """Whether it is a formula without a value; an empty text is one."""
    parts = {_tag(child): child for child in cell}
    if "f" not in parts or "is" in parts:
        return False
    return "v" not in parts or (not parts["v"].text and cell.attrib.get("t") != "str")


def _add_area(reference: str, facts: SheetFacts) -> None:
    corners = _REFERENCE.findall(reference)
    if len(corners) == 2:
        (left, top), (right, bottom) = corners
        facts.add(Area(reference, _number(left), int(top), _number(right), int(bottom)))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
