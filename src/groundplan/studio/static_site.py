"""The studio as files: what the catalog and the declarations say, without rows and statistics.

The same templates, linked relatively, so that the pages can be opened from a disk or served from
anywhere. Nothing in them changes with time: the same database makes the same bytes.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError
from groundplan.studio.app import ASSETS
from groundplan.studio.diagram import first_sentence
from groundplan.studio.guards import guards_of
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.lineage import report_lineage, report_views
from groundplan.studio.links import Links, StaticLinks, static_path
from groundplan.studio.pages import diagrams, reports, rules, tables
from groundplan.studio.rendering import render
from groundplan.studio.rule_list import page_names

Context = dict[str, Any]

MARK = ".groundplan-site"
"""A file in a site that was written here; what has it may be replaced."""

SEARCH = "assets/search-index.js"
_LOADED_BY_SCRIPTS = ("diagram-worker.js", "vendor/elk/elk.bundled.js")
_MARK_TEXT = "Written by `groundplan docs build`, which replaces the whole folder.\n"


class FolderInUse(GroundplanError):
    """The folder holds something that is not a site of ours."""


@dataclass(frozen=True)
class Family:
    """Pages of one kind (links.py). ``names``: of each page; the only one of a kind has ""."""

    kind: str
    template: str
    names: list[str]
    context: Callable[[Links, str], Context]


@dataclass(frozen=True)
class Written:
    """What a build came to."""

    directory: Path
    pages: int
    bytes: int


def families(knowledge: Knowledge) -> tuple[Family, ...]:
    """All pages there are; a family of pages that is added to the studio is added here."""
    names = page_names(knowledge.register)
    rules_by_name = {names[rule.table, rule.name]: rule for rule in knowledge.register}
    present = guards_of(knowledge.snapshot)
    lineage = report_lineage(knowledge)
    modules = [module.name for module in knowledge.plan.modules]
    qualified = [table.qualified for table in knowledge.snapshot.tables()]
    only = [""]
    return (
        Family(
            "schema",
            "diagrams/schema.html",
            only,
            lambda links, _: diagrams.schema_context(knowledge, links),
        ),
        Family(
            "diagram",
            "diagrams/diagram.html",
            only,
            lambda links, _: diagrams.diagram_context(knowledge, links),
        ),
        Family(
            "module",
            "diagrams/module.html",
            modules,
            lambda links, name: diagrams.module_context(knowledge, links, name),
        ),
        Family(
            "table",
            "tables/table.html",
            qualified,
            lambda links, name: tables.table_context(knowledge, links, name, lineage),
        ),
        Family("rules", "rules/rules.html", only, lambda _li, _: rules.rules_context(knowledge)),
        Family(
            "rule",
            "rules/rule.html",
            list(rules_by_name),
            lambda _, name: rules.rule_context(knowledge, rules_by_name[name], present=present),
        ),
        Family(
            "reports",
            "reports/reports.html",
            only,
            lambda _li, _: reports.reports_context(knowledge),
        ),
        Family(
            "report",
            "reports/report.html",
            [view.name for view in report_views(knowledge.snapshot)],
            lambda _, name: reports.report_context(knowledge, name, lineage),
        ),
    )


def build(knowledge: Knowledge, directory: Path) -> Written:
    """Write the site into the folder, in the place of an older one.

    It is written beside and put there at the end: whatever fails, the old one stays. Raises
    FolderInUse if the folder holds something else, OSError if it cannot be written.
    """
    directory = directory.resolve()
    demand_ours(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        fresh.chmod(0o755)
        pages = 0
        used = set[str](_LOADED_BY_SCRIPTS)
        for path, text in pages_of(knowledge, used):
            _write(fresh / path, text)
            pages += 1
        _copy_assets(used, fresh / "assets")
        _write(fresh / SEARCH, search_index(knowledge))
        _write(fresh / MARK, _MARK_TEXT)
        size = sum(each.stat().st_size for each in fresh.rglob("*") if each.is_file())
        _swap(fresh, directory)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Written(directory, pages, size)


def demand_ours(directory: Path) -> None:
    """Raise FolderInUse unless the folder is missing, empty, or a site that was written here."""
    if not directory.exists():
        return
    if not directory.is_dir():
        raise FolderInUse(f"{directory} is a file.", hint="Name a folder; it need not exist.")
    if (directory / MARK).is_file() or not any(directory.iterdir()):
        return
    raise FolderInUse(
        f"{directory} holds files that are not of a site written here.",
        hint="Name a new folder, or an empty one: the whole folder is replaced.",
    )


class SiteLinks(StaticLinks):
    """Remembers in ``used`` which assets the pages ask for."""

    def __init__(self, depth: int, used: set[str]) -> None:
        super().__init__(depth)
        self._used = used

    def asset(self, path: str) -> str:
        self._used.add(path)
        return super().asset(path)


def pages_of(knowledge: Knowledge, used: set[str]) -> Iterator[tuple[str, str]]:
    """The path in the site and the text of every page. Assets are added to ``used``."""
    for family in families(knowledge):
        for name in family.names:
            path = static_path(family.kind, name)
            links = SiteLinks(path.count("/"), used)
            context = family.context(links, name)
            yield path, render(family.template, links, is_live=False, **context)


def search_index(knowledge: Knowledge) -> str:
    """A classic script: a page that was opened from a disk may not read JSON, but may run this.

    Each entry: kind, name, what it is, and its page from the root of the site.
    """
    entries = [list(entry) for entry in _entries(knowledge, StaticLinks(0))]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
    return f"window.groundplanSearch = {text};\n"


def _entries(knowledge: Knowledge, links: Links) -> Iterator[tuple[str, str, str, str]]:
    for module in knowledge.plan.modules:
        yield "module", module.name, module.summary, links.link("module", name=module.name)
    for table in knowledge.snapshot.tables():
        page = links.link("table", name=table.qualified)
        yield "table", table.qualified, first_sentence(table.comment), page
    for table in knowledge.snapshot.tables():
        page = links.link("table", name=table.qualified)
        for column in table.columns:
            name = f"{table.qualified}.{column.name}"
            yield "column", name, first_sentence(column.comment), f"{page}#column-{column.name}"
    for view in report_views(knowledge.snapshot):
        page = links.link("report", name=view.name)
        yield "report", view.name, first_sentence(view.comment), page
    names = page_names(knowledge.register)
    for rule in knowledge.register:
        page = links.link("rule", name=names[rule.table, rule.name])
        yield "rule", rule.sentence, f"{rule.kind} on {rule.table}", page


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _copy_assets(used: set[str], target: Path) -> None:
    """Those that are used; of a library all of its folder, for its licence."""
    folders = {"/".join(name.split("/")[:2]) for name in used if name.startswith("vendor/")}
    for source in sorted(ASSETS.rglob("*")):
        name = source.relative_to(ASSETS).as_posix()
        is_wanted = name in used or "/".join(name.split("/")[:2]) in folders
        if source.is_file() and is_wanted:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)


def _swap(fresh: Path, directory: Path) -> None:
    """The new folder takes the place of the old one; if it cannot, the old one is put back."""
    if not directory.exists():
        fresh.rename(directory)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent))
    directory.replace(old)
    try:
        fresh.rename(directory)
    except OSError:
        old.rename(directory)
        raise
    shutil.rmtree(old, ignore_errors=True)
