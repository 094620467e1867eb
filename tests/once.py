"""Which tests do not depend on the PostgreSQL server: they run once, with the embedded one.

Whatever runs SQL depends on it and runs on every PostgreSQL. What is named here is Python and text,
and what a browser makes of pages, which tests beside them ask for without a browser.
"""

from __future__ import annotations

import pytest

REASON = "do not depend on the PostgreSQL server and run with the embedded one"

PLACES = (
    "tests/benchmarks/",
    "tests/database/test_retry.py",
    "tests/demo/test_tables.py",
    "tests/docs/test_dbml.py",
    "tests/docs/test_mermaid.py",
    "tests/docs/test_pages.py",
    "tests/docs/test_site.py",
    "tests/docs/test_site_commands.py",
    "tests/importer/files/",
    "tests/importer/formats/test_conditions.py",
    "tests/importer/inspect/test_recognition.py",
    "tests/importer/mapping/",
    "tests/importer/values/",
    "tests/reports/test_declarations.py",
    "tests/rules/test_declarations.py",
    "tests/seed/test_chance.py",
    "tests/seed/test_shop.py",
    "tests/seed/test_stock_kinds.py",
    "tests/studio/test_dashboard_question.py",
    "tests/studio/test_diagram_graph.py",
    "tests/studio/test_rules_outcomes.py",
    "tests/studio/test_tables_facts.py",
)
"""Files and directories whose tests ask for no server."""


def runs_once(item: pytest.Item) -> bool:
    """Whether one run is enough, whatever servers there are.

    Raises pytest.UsageError where a test of PLACES asks for a server.
    """
    fixtures: list[str] = getattr(item, "fixturenames", [])
    if "browser" in fixtures:
        return True
    if not item.nodeid.startswith(PLACES):
        return False
    if "server" in fixtures:
        raise pytest.UsageError(f"{item.nodeid} asks for a server, and tests/once.py denies it.")
    return True
