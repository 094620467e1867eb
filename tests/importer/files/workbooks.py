"""Writes the XLSX files of the torture collection, part by part, down to what is wrong with them.

``python -m tests.importer.files.workbooks`` writes them again, byte by byte the same.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parent / "torture"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

PLAIN, DAY, MOMENT, ZEROS, PERCENT, HOURS = range(6)
"""Positions in the style sheet: General, yyyy-mm-dd, with hours, 00000, 0%, [h]:mm."""

_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="4">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/>'
    '<numFmt numFmtId="166" formatCode="00000"/>'
    '<numFmt numFmtId="167" formatCode="[h]:mm"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="166" applyNumberFormat="1"/>'
    '<xf numFmtId="9" applyNumberFormat="1"/><xf numFmtId="167" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)


def text(ref: str, value: str) -> str:
    """A cell with its text inside."""
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(ref: str, value: str, style: int = PLAIN) -> str:
    """A number exactly as it is written in the file."""
    return f'<c r="{ref}" s="{style}"><v>{value}</v></c>'


def formula(ref: str, code: str, value: str | None, kind: str = "n") -> str:
    """A formula, with the value it had when it was saved, or without."""
    saved = "" if value is None else f"<v>{value}</v>"
    return f'<c r="{ref}" t="{kind}"><f>{code}</f>{saved}</c>'


def error(ref: str, value: str) -> str:
    """An error such as #REF!."""
    return f'<c r="{ref}" t="e"><v>{value}</v></c>'


def flag(ref: str, value: int) -> str:
    """True or false."""
    return f'<c r="{ref}" t="b"><v>{value}</v></c>'


def row(position: int, *cells: str) -> str:
    """A row."""
    return f'<row r="{position}">{"".join(cells)}</row>'


def header(position: int, *names: str) -> str:
    """A row of texts from column A on."""
    cells = [text(f"{chr(65 + n)}{position}", name) for n, name in enumerate(names)]
    return row(position, *cells)


def sheet(*rows: str, merged: tuple[str, ...] = (), dimension: str = "") -> str:
    """The XML of a sheet."""
    merges = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    size = f'<dimension ref="{dimension}"/>' if dimension else ""
    tail = f'<mergeCells count="{len(merged)}">{merges}</mergeCells>' if merged else ""
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}">{size}<sheetData>{"".join(rows)}</sheetData>{tail}'
        "</worksheet>"
    )


def workbook(
    *sheets: tuple[str, str], hidden: tuple[str, ...] = (), counts_from_1904: bool = False
) -> bytes:
    """The bytes of a file with the sheets (name, XML)."""
    parts = {"xl/styles.xml": _STYLES}
    listed, links, types = "", "", ""
    for position, (name, xml) in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{position}.xml"] = xml
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{name}" sheetId="{position}"{state} r:id="rId{position}"/>'
        links += (
            f'<Relationship Id="rId{position}" Type="{_DOCUMENT}/worksheet" '
            f'Target="worksheets/sheet{position}.xml"/>'
        )
        types += (
            f'<Override PartName="/xl/worksheets/sheet{position}.xml" '
            f'ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
        )
    properties = '<workbookPr date1904="1"/>' if counts_from_1904 else ""
    parts["xl/workbook.xml"] = (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">{properties}'
        f"<sheets>{listed}</sheets></workbook>"
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rIdStyles" Type="{_DOCUMENT}/styles" Target="styles.xml"/>'
        "</Relationships>"
    )
    parts["_rels/.rels"] = (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    parts["[Content_Types].xml"] = (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/>'
        f"{types}</Types>"
    )
    return archive(parts)


def archive(parts: dict[str, str]) -> bytes:
    """A ZIP of texts, the same bytes each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in sorted(parts.items()):
            file.writestr(zipfile.ZipInfo(name, (2003, 2, 1, 0, 0, 0)), content)
    return packed.getvalue()


def _replaced(content: bytes, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name).decode().replace(old, new) for name in file.namelist()}
    return archive(parts)


def _orders(*rows: str, merged: tuple[str, ...] = ()) -> bytes:
    return workbook(("Orders", sheet(header(1, "order", "price"), *rows, merged=merged)))


def collection() -> dict[str, bytes]:
    """File name to bytes."""
    files = {**_typed(), **_without_values(), **_sheets()}
    strict = (_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    files["177-strict.xlsx"] = _replaced(files["150-typed.xlsx"], *strict)
    files["178-no-string.xlsx"] = _orders(row(2, '<c r="A2" t="s"><v>7</v></c>', number("B2", "1")))
    files["163-cut-off.xlsx"] = files["150-typed.xlsx"][:900]
    files["174-workbook-named.csv"] = files["150-typed.xlsx"]
    return files


def _typed() -> dict[str, bytes]:
    names = header(1, "text", "number", "day", "moment", "flag")
    typed = row(
        2, text("A2", " Müller "), number("B2", "12.5"), number("C2", "37653", DAY),
        number("D2", "37653.75", MOMENT), flag("E2", 1),
    )  # fmt: skip
    gaps = row(5, text("A5", "B"), number("E5", "5"))
    return {
        "150-typed.xlsx": workbook(("Data", sheet(names, typed))),
        "155-numbers-as-text.xlsx": _orders(
            row(2, text("A2", "007"), text("B2", "12.50")),
            row(3, text("A3", "'008"), text("B3", "1,234")),
        ),
        "157-since-1904.xlsx": workbook(
            ("Data", sheet(header(1, "day"), row(2, number("A2", "36191", DAY)))),
            counts_from_1904=True,
        ),
        "159-long-numbers.xlsx": _orders(
            row(2, number("A2", "4006381333931"), number("B2", "0.30000000000000004")),
            row(3, number("A3", "1.2345678901234501E+17"), number("B3", "1.1000000000000001")),
            row(4, number("A4", "12345678901234567890"), number("B4", "12.300000000000001")),
        ),
        "160-zeros-by-format.xlsx": _orders(row(2, number("A2", "1234", ZEROS), number("B2", "1"))),
        "164-gaps.xlsx": workbook(("Data", sheet(header(1, "a", "b", "c", "d", "e"), gaps))),
        "168-escaped.xlsx": _orders(
            row(2, text("A2", "one_x000D_\ntwo"), number("B2", "1")),
            row(3, text("A3", "bell_x0007_"), number("B3", "2")),
        ),
        "175-percent-and-hours.xlsx": workbook(
            (
                "Data",
                sheet(
                    header(1, "tax", "worked"),
                    row(2, number("A2", "0.19", PERCENT), number("B2", "1.5", HOURS)),
                    row(3, number("A3", "19"), number("B3", "0.25", HOURS)),
                ),
            )
        ),
    }


def _without_values() -> dict[str, bytes]:
    return {
        "151-formulas.xlsx": _orders(
            row(2, text("A2", "A"), formula("B2", "2*6.25", "12.5")),
            row(3, formula("A3", "&quot;B&quot;", "B", "str"), formula("B3", "1+1", "2")),
            row(4, text("A4", "C"), formula("B4", "&quot;&quot;", "", "str")),
        ),
        "152-formulas-unsaved.xlsx": _orders(
            row(2, text("A2", "A"), formula("B2", "2*6.25", None)),
            row(3, text("A3", "B"), number("B3", "3")),
            row(4, text("A4", "C"), formula("B4", "1+1", "")),
        ),
        "153-errors.xlsx": _orders(
            row(2, text("A2", "A"), error("B2", "#REF!")),
            row(3, text("A3", "B"), formula("B3", "1/0", "#DIV/0!", "e")),
            row(4, text("A4", "C"), number("B4", "3")),
        ),
        "154-merged.xlsx": _orders(
            row(2, text("A2", "A"), number("B2", "1")),
            row(3, number("B3", "2")),
            row(4, text("A4", "B"), number("B4", "3")),
            merged=("A2:A3",),
        ),
        "170-beyond-the-header.xlsx": _orders(
            row(2, text("A2", "A"), number("B2", "1"), text("D2", "a note")),
            row(3, text("A3", "B"), number("B3", "2")),
        ),
        "176-impossible-day.xlsx": _orders(
            row(2, text("A2", "A"), number("B2", "-5", DAY)),
            row(3, text("A3", "B"), number("B3", "99999999", DAY)),
        ),
    }


def _sheets() -> dict[str, bytes]:
    orders = sheet(header(1, "order", "price"), row(2, text("A2", "A"), number("B2", "1")))
    notes = sheet(header(1, "remark"), row(2, text("A2", "none")))
    title = row(1, text("A1", "Orders of May"))
    low = sheet(title, header(3, "order", "price"), row(4, text("A4", "A"), number("B4", "1")))
    more = (row(3, text("A3", "B"), number("B3", "2")), row(4, text("A4", "C"), number("B4", "3")))
    wrong = sheet(header(1, "order", "price"), *more, dimension="A1")
    return {
        "156-hidden-first.xlsx": workbook(("Lists", notes), ("Orders", orders), hidden=("Lists",)),
        "158-wrong-dimension.xlsx": workbook(("Orders", wrong)),
        "161-two-sheets.xlsx": workbook(("May", orders), ("June", orders)),
        "162-all-hidden.xlsx": workbook(("Orders", orders), hidden=("Orders",)),
        "166-header-in-row-3.xlsx": workbook(("Orders", low)),
        "171-second-sheet.xlsx": workbook(("Notes", notes), ("Orders", orders)),
        "173-nothing.xlsx": workbook(("Orders", sheet())),
    }


if __name__ == "__main__":
    for file_name, content in collection().items():
        (FOLDER / file_name).write_bytes(content)
