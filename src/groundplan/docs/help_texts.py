"""What every command says when it is asked for help: from the command line, as users ask it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

_COMMAND = re.compile(r"^  (?P<name>[a-z][\w-]*) +\S", re.MULTILINE)
_SUBCOMMAND = re.compile(r"^│ (?P<name>[a-z][\w-]*) {2,}\S", re.MULTILINE)

FORMATS = ("inspect", "shopify-orders", "online-retail")
"""Of `import`, whose commands are formats with the same options, only these."""

_CHANGES_THE_OUTPUT = ("FORCE_COLOR", "PY_COLORS", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "TERM")


def help_texts() -> dict[str, str]:
    """The help of every command by its name, subcommands (`import inspect`) after their command.

    The overview of all commands has the empty name.
    """
    overview = _help(())
    names = [found["name"] for found in _COMMAND.finditer(overview)]
    with ThreadPoolExecutor(4) as pool:
        texts = dict(zip(names, pool.map(_help, [(name,) for name in names]), strict=True))
        below = [
            (name, each)
            for name, text in texts.items()
            for each in sorted(_SUBCOMMAND.findall(text))
            if name != "import" or each in FORMATS
        ]
        told = {
            " ".join(each): text for each, text in zip(below, pool.map(_help, below), strict=True)
        }
    return {"": overview} | dict(_in_order(texts, told))


def _in_order(texts: Mapping[str, str], below: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        each
        for name, text in texts.items()
        for each in [(name, text), *(sub for sub in below.items() if sub[0].split()[0] == name)]
    ]


def _help(words: tuple[str, ...]) -> str:
    """In 80 columns without colours, wherever this runs."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in _CHANGES_THE_OUTPUT and not name.startswith("GROUNDPLAN_")
    } | {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    said = subprocess.run(
        [sys.executable, "-m", "groundplan.cli", *words, "--help"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout
    return "\n".join(line.rstrip() for line in said.splitlines()).strip("\n")
