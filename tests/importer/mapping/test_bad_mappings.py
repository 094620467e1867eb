"""A mapping that cannot be right is refused with a sentence that names the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.importer import BadMapping, built_in, built_in_names, parse_mapping, read_mapping

FIELDS = """
number = "No"
placed_at = "Date"
quantity = "Qty"
"""


def mapping(*, top: str = "", fields: str = FIELDS, parts: str = "") -> str:
    return f'entity = "orders"\n{top}\n[fields]\n{fields}\n{parts}'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("entity = ", "this is not TOML"),
        ('entity = "invoices"\n', "entity must be one of"),
        (mapping(top='colour = "red"'), "the mapping has no colour"),
        (mapping(fields='number = "No"'), "nothing fills placed_at"),
        (mapping(fields=FIELDS + 'quantaty = "Q"'), "have no field quantaty"),
        (mapping(fields=FIELDS + "note = 5"), "fields.note must name a column"),
        (mapping(fields=FIELDS + "note = { join = ' ' }"), "needs column, columns or constant"),
        (mapping(fields=FIELDS + "note = { column = 'N', colum = 'M' }"), "has no colum"),
        (
            mapping(fields=FIELDS + "note = { column = 'N', pattern = '(' }"),
            "pattern in fields.note",
        ),
        (mapping(fields=FIELDS + "note = { column = 'N', lookup = 'x' }"), "looks up x"),
        (mapping(parts='[numbers]\ndecimal = ";"'), "[numbers]: "),
        (mapping(parts='[numbers]\ndecimal = ","\nthousands = ","'), "[numbers]: "),
        (mapping(parts="[numbers]\ndecimal = 1"), "decimal in [numbers] must be text"),
        (mapping(parts='[times]\nzone = "Europe/Atlantis"'), "Europe/Atlantis"),
        (mapping(parts='[times]\nformats = ["%d/%m"]'), "does not say year"),
        (mapping(fields=FIELDS + "cancelled_at = { column = 'C', zone = 'X' }"), "'X'"),
        (mapping(parts="[load]\ncreate_worlds = true"), "has no setting create_worlds"),
        (mapping(parts='[load]\ncreate_skus = "yes"'), "create_skus in [load] cannot be"),
        (mapping(parts='[lookups.x]\nfile = "a.csv"'), "[lookups.x] needs file and key"),
        (mapping(parts='[file]\nheader_line = "first"'), "header_line in [file] must be a number"),
        (mapping(parts="[file]\nseparator = ';'"), "[file] has no separator"),
    ],
)
def test_it_is_refused(text: str, told: str) -> None:
    with pytest.raises(BadMapping) as refused:
        parse_mapping(text, name="shop.toml")
    assert told in str(refused.value)
    assert str(refused.value).startswith("shop.toml: ")


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match=r"nowhere\.toml: it cannot be read"):
        read_mapping(tmp_path / "nowhere.toml")


def test_a_mapping_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadMapping, match="a text in UTF-8"):
        read_mapping(file)


def test_every_built_in_format_is_a_mapping() -> None:
    assert len(built_in_names()) >= 12
    for name in built_in_names():
        found = built_in(name)
        assert found is not None
        assert found.fields
    assert built_in("../shop") is None
