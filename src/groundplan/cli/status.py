"""groundplan status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import rich_click

from groundplan.cli.options import database_option, json_option

if TYPE_CHECKING:
    from groundplan.installation import InstallationStatus


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan status --json")
@database_option
@json_option
def command(database: str | None, as_json: bool) -> None:
    """Show what runs, what is installed, what waits to be folded, and the last verification.

    Starts nothing.
    """
    from groundplan.cli.output import print_json
    from groundplan.cli.session import opened, reads_reports_alone, shown_url
    from groundplan.database import EmbeddedServer
    from groundplan.database.connection import EMBEDDED_DIRECTORY
    from groundplan.installation import installation_status

    if database is None:
        server = EmbeddedServer(EMBEDDED_DIRECTORY)
        if not server.is_running():
            if as_json:
                print_json({"running": False, "url": None, "modules": []})
            else:
                click.echo("The embedded PostgreSQL in ./.groundplan does not run.")
                click.echo("Type `groundplan up` to start it.")
            return
        database = server.url()
    with opened(database) as connection:
        if reads_reports_alone(connection):
            if as_json:
                print_json({"running": True, "url": shown_url(database), "modules": None})
            else:
                click.echo(f"URL           {shown_url(database)}")
                click.echo("Groundplan    installed; this role may read its reports alone")
            return
        status = installation_status(connection)
    if as_json:
        print_json({"running": True, "url": shown_url(database), **_facts(status)})
    else:
        click.echo(_told(status, shown_url(database)), nl=False)


def _facts(status: InstallationStatus) -> dict[str, Any]:
    last = status.last_verification
    return {
        "database": status.database,
        "postgresql": status.postgresql,
        "version": status.version,
        "tenancy": status.tenancy,
        "modules": [
            {"name": module.name, "version": module.version, "applied_at": module.applied_at}
            for module in status.modules
        ],
        "pending": status.pending,
        "faults": None if status.faults is None else [str(fault) for fault in status.faults],
        "last_verify": None if last is None else vars(last),
    }


def _told(status: InstallationStatus, url: str) -> str:
    from groundplan.cli.output import counted, fitted, shown, wrapped

    lines = [f"Database      {status.database}", f"URL           {url}"]
    lines.append(f"PostgreSQL    {status.postgresql}")
    if not status.modules:
        lines += ["Groundplan    not installed: type `groundplan apply`", ""]
        return "\n".join(lines)
    first, *more = wrapped(", ".join(module.name for module in status.modules), indent=14)
    lines += [f"Groundplan    {status.version}", f"Modules       {first.lstrip()}", *more]
    lines.append(f"Tenancy       {status.tenancy}")
    if status.pending is None:
        lines.append("To be folded  not shown to this role")
    else:
        waiting = [f"{source} {shown(count)}" for source, count in status.pending.items()]
        lines.append(fitted(", ".join(waiting) or "nothing", "To be folded  "))
    if status.faults is None:
        lines.append("Guards        not recorded: type `groundplan verify`")
    elif status.faults:
        number = counted(len(status.faults), "object is", "objects are")
        lines.append(
            fitted(f"{number} not as installed: type `groundplan verify`", "Guards        ")
        )
    else:
        lines.append("Guards        as installed")
    last = status.last_verification
    if status.pending is None:
        lines.append("Verified      not shown to this role")
    elif last is None:
        lines.append("Verified      never: type `groundplan verify`")
    else:
        found = (
            f"{shown(last.verified_at)}: {counted(last.violations, 'violation')}, "
            f"{counted(last.differences, 'difference')}, {counted(last.faults, 'fault')}"
        )
        lines.append(fitted(found, "Verified      "))
    return "\n".join(lines) + "\n"
