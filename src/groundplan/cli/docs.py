"""groundplan docs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import rich_click

from groundplan.cli.options import MODULE_NAMES, database_option, json_option

if TYPE_CHECKING:
    from groundplan.studio.knowledge import Knowledge


@click.group(
    cls=rich_click.RichGroup,
    epilog="Example: groundplan docs build site\n\n"
    "Example: groundplan docs diagram --format mermaid --module sales",
)
def command() -> None:
    """Write what the database says: as a static site, or as a diagram in a file.

    Both hold the schema, the rules and the reports, and never a row.
    """


@command.command(cls=rich_click.RichCommand, epilog="Example: groundplan docs build site")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@database_option
@json_option
def build(directory: Path, database: str | None, as_json: bool) -> None:
    """Write a static site into DIR: diagram, tables, rules and reports.

    Open DIR/index.html, or serve the folder from anywhere; it asks no other host for anything. It
    holds no rows, no statistics and no privileges. An older site in DIR is replaced at the end, so
    that a build which fails leaves it as it is; the same database makes the same bytes.
    """
    from groundplan.cli.output import counted, print_json
    from groundplan.studio.static_site import build as build_site
    from groundplan.studio.static_site import demand_ours

    demand_ours(directory.resolve())
    written = build_site(_knowledge(database), directory)
    if as_json:
        print_json(
            {
                "directory": str(written.directory),
                "pages": written.pages,
                "bytes": written.bytes,
            }
        )
        return
    size = f"{written.bytes / 1_000_000:,.1f} MB"
    click.echo(f"{counted(written.pages, 'page')}, {size}, in {directory}")
    click.echo(f"Open {directory / 'index.html'}")


@command.command(
    cls=rich_click.RichCommand,
    epilog="Example: groundplan docs diagram --format dbml --output model.dbml",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(("mermaid", "dbml", "svg")),
    default="mermaid",
    show_default=True,
    metavar="NAME",
    help="mermaid, dbml or svg.",
)
@click.option(
    "--module",
    type=click.Choice(MODULE_NAMES),
    metavar="NAME",
    help="Only this module; not for svg.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there instead of printing it.",
)
@database_option
def diagram(kind: str, module: str | None, output: Path | None, database: str | None) -> None:
    """Print the tables and what they refer to as a diagram in text.

    mermaid draws itself in Markdown on GitHub and GitLab; dbml is read by dbdiagram.io; svg is a
    picture of all modules.
    """
    if kind == "svg" and module is not None:
        raise click.UsageError("A picture shows all modules: leave out --module.")
    knowledge = _knowledge(database)
    if module is not None and module not in knowledge.plan.schemas:
        raise click.BadParameter(
            f"{module} is not installed; there are {', '.join(knowledge.plan.schemas)}",
            param_hint="--module",
        )
    text = _drawn(knowledge, kind, module)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"Written: {output}")


def _drawn(knowledge: Knowledge, kind: str, module: str | None) -> str:
    from groundplan.docs.dbml import dbml
    from groundplan.docs.mermaid import mermaid
    from groundplan.docs.picture import model_svg

    only = None if module is None else (module,)
    if kind == "svg":
        modules = {each.name: each for each in knowledge.plan.modules}
        return model_svg(knowledge.snapshot, modules)
    return (dbml if kind == "dbml" else mermaid)(knowledge.snapshot, only)


def _knowledge(database: str | None) -> Knowledge:
    from groundplan.cli.session import opened
    from groundplan.installation import require_installed
    from groundplan.snapshot import read_snapshot
    from groundplan.studio.knowledge import Knowledge

    with opened(database) as connection:
        plan = require_installed(connection)
        return Knowledge.of(plan, read_snapshot(connection, plan.schemas))
