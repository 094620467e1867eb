"""The page of all commands, from what they say when they are asked for help."""

from __future__ import annotations

from groundplan.cli.group import COMMANDS
from groundplan.docs.commands_page import commands_page
from tests.docs.pages import ROOT, anchors, links

PAGE = ROOT / "docs" / "commands.md"

HELPS = {
    "": "Usage: groundplan COMMAND\n\nA database.\n\nData\n  import    Bring it.\n\nBegin.",
    "import": (
        " Usage: groundplan import [OPTIONS] FILE\n\n\n"
        "╭─ Commands ──────╮\n│ inspect  Look.  │\n╰─────────────────╯\n\n Example: none"
    ),
    "import inspect": " Usage: groundplan import inspect FILE",
}


def test_every_command_has_its_help() -> None:
    text = commands_page(HELPS)
    assert "| [import](#groundplan-import) | Data | Bring it. |" in text
    _, _, body = text.partition("## groundplan import\n")
    assert body == (
        "\n```text\nUsage: groundplan import [OPTIONS] FILE\n\n"
        "Commands\n inspect  Look.\n\nExample: none\n```\n\n"
        "### groundplan import inspect\n\n```text\nUsage: groundplan import inspect FILE\n```\n"
    )


def test_the_page_has_every_command() -> None:
    assert {f"groundplan-{name}" for name in COMMANDS} <= anchors(PAGE)
    assert sorted(links(PAGE)) == sorted(f"#groundplan-{name}" for name in COMMANDS)
