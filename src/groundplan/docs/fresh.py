"""What the documents have to say today, and which of the committed ones say something else."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from groundplan.compose import closure, compose, load_modules
from groundplan.database import connect, scratch_database
from groundplan.docs.commands_page import commands_page
from groundplan.docs.documents import documents
from groundplan.docs.help_texts import help_texts
from groundplan.snapshot import read_snapshot


def current_documents(server: str) -> dict[str, str]:
    """File names and texts, read from a scratch database on the server; the role needs CREATEDB."""
    modules = load_modules()
    plan = compose(closure(modules, modules))
    with (
        scratch_database(server) as url,
        contextlib.closing(connect(url, autocommit=True)) as connection,
    ):
        connection.execute("set client_min_messages = warning")
        connection.execute(plan.text().encode())
        read = documents(read_snapshot(connection, plan.schemas), modules)
    return read | {"commands.md": commands_page(help_texts())}


def stale_documents(directory: Path, texts: Mapping[str, str]) -> list[str]:
    """Names of the files that are missing or differ."""
    return [name for name, text in texts.items() if not _is_fresh(directory / name, text)]


def _is_fresh(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
