"""groundplan apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click
import rich_click

from groundplan.cli.options import database_option, json_option, module_options, tenancy_option

if TYPE_CHECKING:
    from groundplan.installation import Applied


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan apply --preset ecommerce")
@module_options
@tenancy_option
@click.option("--dry-run", is_flag=True, help="Do everything, say what it was, take it back.")
@database_option
@json_option
def command(
    preset: str | None,
    modules: tuple[str, ...],
    tenancy: Literal["single", "multi"] | None,
    dry_run: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Install Groundplan, add modules to it, or renew its functions and triggers.

    One transaction: it is there completely, or nothing has changed. Without --preset and --module:
    what is installed, or else everything. Doing it again changes nothing.
    """
    from groundplan.cli.output import print_json
    from groundplan.cli.session import opened
    from groundplan.installation import apply, installed_modules, plan_for

    wanted = [*([preset] if preset else []), *modules]
    with opened(database) as connection:
        installed = installed_modules(connection)
        if not installed and not wanted:
            wanted = ["ecommerce"]
        plan = plan_for(installed, wanted, tenancy=tenancy)
        applied = apply(connection, plan, dry_run=dry_run)
        name = connection.info.dbname
    if as_json:
        print_json(
            {
                "database": name,
                "version": applied.version,
                "tenancy": applied.tenancy,
                "modules": applied.modules,
                "installed": applied.installed,
                "written": applied.written,
                "created": [str(each) for each in applied.created],
                "dropped": [str(each) for each in applied.dropped],
                "kept": [str(each) for each in applied.kept],
                "dry_run": applied.dry_run,
            }
        )
    else:
        click.echo(_told(applied, name), nl=False)


def _told(applied: Applied, database: str) -> str:
    """What was done, in a few lines."""
    from groundplan.cli.output import shown, wrapped

    lines = [f"Groundplan {applied.version}, tenancy {applied.tenancy}, database {database}"]
    if applied.installed:
        lines.append(f"New modules: {', '.join(applied.installed)}.")
    present = [name for name in applied.modules if name not in applied.installed]
    if present:
        lines.append(f"There already: {', '.join(present)}.")
    lines.append(f"{shown(applied.written)} functions, views, triggers and policies are in place.")
    if present and not applied.installed:
        lines += [f"Made: {each}" for each in applied.created]
    lines += [f"Dropped: {each}" for each in applied.dropped]
    lines += [f"Kept, because something of yours stands on it: {each}" for each in applied.kept]
    if applied.dry_run:
        lines.append("This was a dry run: all of it was taken back.")
    return "".join(f"{part}\n" for line in lines for part in wrapped(line, indent=0))
