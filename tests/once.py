"""Which tests do not depend on the server's version: they run once, with the embedded PostgreSQL.

Whatever runs SQL depends on it and runs on every PostgreSQL. What is named here is Python and text,
and what a browser makes of pages, which tests beside them ask for without a browser.
"""

from __future__ import annotations

import pytest

REASON = "do not depend on the server's version and run with the embedded one"

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

ON_ANY_SERVER = (
    # The tutorial is about the PostgreSQL that comes along; the documents are made with it.
    "tests/docs/test_generated.py",
    "tests/docs/test_site_tutorial.py",
    # The memory of the command. What it loads is counted in the tests of formats and orders.
    "tests/importer/trouble/test_memory.py",
    # HTML. Its queries run on every server in test_every_page_is_sound, and where a site is
    # replaced; attacks run in tests/proof and in the other tests of their page.
    "tests/studio/test_every_page.py::test_names_are_never_more_than_text",
    "tests/studio/test_rules.py::test_every_rule_renders_without_a_studio",
    "tests/studio/test_rules_attacks.py::test_the_page_says_what_the_attack_came_to",
    "tests/studio/test_static_site.py::test_every_link_leads_somewhere",
    "tests/studio/test_static_site.py::test_all_pages_can_be_reached_from_the_first",
)
"""Tests that need a server, and look at what is the same with each."""


def runs_once(item: pytest.Item) -> bool:
    """Whether one run is enough, whatever servers there are.

    Raises pytest.UsageError where a test of PLACES asks for a server.
    """
    fixtures: list[str] = getattr(item, "fixturenames", [])
    if "browser" in fixtures or item.nodeid.startswith(ON_ANY_SERVER):
        return True
    if not item.nodeid.startswith(PLACES):
        return False
    if "server" in fixtures:
        raise pytest.UsageError(f"{item.nodeid} asks for a server, and tests/once.py denies it.")
    return True
