"""groundplan grants."""

from __future__ import annotations

import click
import rich_click

from groundplan.cli.options import database_option, module_options


@click.command(
    cls=rich_click.RichCommand,
    epilog="Example: groundplan grants --app shop --report metabase | groundplan psql",
)
@click.option("--app", metavar="ROLE", help="The role the application logs in as.")
@click.option("--report", metavar="ROLE", help="A role that reads schema reporting alone.")
@click.option("--auditor", metavar="ROLE", help="A role that reads everything, writes nothing.")
@module_options
@database_option
def command(
    app: str | None,
    report: str | None,
    auditor: str | None,
    presets: tuple[str, ...],
    modules: tuple[str, ...],
    database: str | None,
) -> None:
    """Print the GRANT statements for roles that exist; run them as the owner, after every apply.

    For the modules of the database, or without a database for those of --preset and --module.
    """
    from groundplan.cli.session import opened
    from groundplan.compose import RoleNames, closure, grants, load_modules
    from groundplan.installation import require_installed

    if not (app or report or auditor):
        raise click.UsageError("Name at least one role: --app, --report or --auditor.")
    wanted = [*presets, *modules]
    if wanted:
        chosen = closure(wanted, load_modules())
    else:
        with opened(database) as connection:
            chosen = require_installed(connection).modules
    click.echo(grants(chosen, RoleNames(app=app, report=report, auditor=auditor)), nl=False)
