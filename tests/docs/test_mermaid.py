"""The model as a Mermaid diagram."""

from __future__ import annotations

import re

from groundplan.docs.mermaid import mermaid
from tests.docs.naughty import LONG, SNAPSHOT
from tests.docs.pages import ROOT

COMMITTED = (ROOT / "docs" / "model.mmd").read_text(encoding="utf-8")
MODEL = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")

ODD = "\"Odd #quot;one.a.b #quot;c#quot; #37; #92; 'é' #35;#59;\""


def test_names_that_are_hard_to_write_survive() -> None:
    assert mermaid(SNAPSHOT) == "\n".join(
        (
            "erDiagram",
            f"    {ODD} {{",
            "        integer tenant_id",
            "        uuid id PK",
            "        text ключ",
            '        numeric[] x_y_z "x#quot;y z"',
            '        timestamptz _1st "1st"',
            "    }",
            f'    "Odd #quot;one.{LONG}" {{',
            "        integer tenant_id",
            "        uuid of_id FK",
            "        uuid maybe_id FK",
            "        integer doubled",
            "    }",
            f'    {ODD} |o--o{{ "Odd #quot;one.{LONG}" : "maybe_id"',
            f'    {ODD} ||--o| "Odd #quot;one.{LONG}" : "of_id"',
            "",
        )
    )


def test_every_table_is_there_once() -> None:
    tables = re.findall(r"^### (\w+\.\w+)$", MODEL, re.MULTILINE)
    assert len(tables) > 50
    assert sorted(re.findall(r'^    "(.+)" \{$', COMMITTED, re.MULTILINE)) == sorted(tables)


def test_every_reference_is_there_once_but_those_to_the_tenant() -> None:
    lines = [line for line in COMMITTED.splitlines() if "--" in line]
    assert len(lines) == len(set(lines))
    told = re.findall(r"refers to \[(?!core\.tenants)", MODEL)
    assert len(lines) == len(told) > 40


def test_how_many_rows_belong_to_one() -> None:
    assert '"sales.orders" ||--o{ "sales.order_items" : "order_id, currency_code"' in COMMITTED
    assert '"crm.customers" |o--o{ "sales.orders" : "customer_id"' in COMMITTED


def test_one_schema_alone() -> None:
    assert mermaid(SNAPSHOT, only=("other",)) == "erDiagram\n"
