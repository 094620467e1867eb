"""The model as DBML."""

from __future__ import annotations

import re

from groundplan.docs.dbml import dbml
from tests.docs.naughty import LONG, SNAPSHOT
from tests.docs.pages import ROOT

COMMITTED = (ROOT / "docs" / "model.dbml").read_text(encoding="utf-8")
MODEL = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")

ODD = '"Odd \\"one"."a.b \\"c\\" % \\\\ \'é\' #;"'
PLACE = f'"Odd \\"one"."{LONG}"'


def test_names_that_are_hard_to_write_survive() -> None:
    assert dbml(SNAPSHOT) == "\n".join(
        (
            f"Table {ODD} {{",
            '  "tenant_id" integer [not null]',
            '  "id" uuid [pk]',
            "  \"ключ\" text [note: 'It\\'s a \\\\ key.']",
            '  "x\\"y z" "numeric(19,4)[]" [default: \'\\\'`\\\'::text\']',
            '  "1st" "timestamp with time zone" [default: `now()`]',
            "",
            "  indexes {",
            '    ("tenant_id", "id") [unique, name: \'uq\']',
            "    (`lower(a)`, \"id\") [name: 'odd \\'x\\'', "
            "note: 'Only where (id > 1). Method gist.']",
            "  }",
            "",
            "  Note: 'Says \"hello\", it\\'s all.'",
            "}",
            "",
            f"Table {PLACE} {{",
            '  "tenant_id" integer [not null]',
            '  "of_id" uuid [not null]',
            '  "maybe_id" uuid',
            "  \"doubled\" integer [note: 'Always (1 * 2).']",
            "",
            "  indexes {",
            '    ("of_id", "tenant_id") [unique, name: \'alone\']',
            "  }",
            "}",
            "",
            f'Ref "maybe": {PLACE}.("maybe_id", "tenant_id") > {ODD}.("id", "tenant_id")',
            f'Ref "of": {ODD}.("id", "tenant_id") - {PLACE}.("of_id", "tenant_id") '
            "[delete: cascade]",
            "",
        )
    )


def test_every_table_is_there_once() -> None:
    tables = re.findall(r"^### (\w+\.\w+)$", MODEL, re.MULTILINE)
    found = re.findall(r'^Table "(\w+)"\."(\w+)" \{$', COMMITTED, re.MULTILINE)
    assert sorted(".".join(each) for each in found) == sorted(tables)


def test_every_reference_is_there_once_with_its_columns_in_order() -> None:
    lines = re.findall(r"^Ref .*$", COMMITTED, re.MULTILINE)
    assert len(lines) == len(set(lines)) == len(re.findall(r"refers to \[", MODEL))
    assert (
        'Ref "order_item_belongs_to_an_order_in_its_currency": '
        '"sales"."order_items".("order_id", "tenant_id", "currency_code") > '
        '"sales"."orders".("id", "tenant_id", "currency_code")'
    ) in lines


def test_only_what_is_in_the_file_is_referred_to() -> None:
    assert dbml(SNAPSHOT, only=("other",)) == "\n"
