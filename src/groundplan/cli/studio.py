"""groundplan studio."""

from __future__ import annotations

import os
import sys

import click
import rich_click

from groundplan.cli.options import WholeNumber, database_option


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan studio --demo")
@click.option("--demo", is_flag=True, help="The shop that `groundplan demo` made.")
@click.option(
    "--port",
    type=WholeNumber(min=1, max=65_535),
    metavar="N",
    help="Listen there. Without it: the first free port from 4747 on.",
)
@click.option("--role", metavar="NAME", help="Read as this role, where the user may become it.")
@click.option("--tenant", type=WholeNumber(min=1), metavar="N", help="The tenant to show first.")
@click.option("--no-browser", is_flag=True, help="Only print the URL.")
@database_option
def command(
    demo: bool,
    port: int | None,
    role: str | None,
    tenant: int | None,
    no_browser: bool,
    database: str | None,
) -> None:
    """Open a local web page on the database: dashboard, schema, rules, history, reports.

    It listens on this machine only, reads in read-only transactions and never writes; rules are
    attacked on a scratch copy. Ends with Ctrl-C.
    """
    from groundplan.studio import Settings
    from groundplan.studio.serving import listening, serve

    if demo and database is not None:
        source = click.get_current_context().get_parameter_source("database")
        if source is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError("--demo is on the embedded PostgreSQL: leave out --database.")
    url, is_embedded = _url(database, demo)
    listener = listening(port)

    def told(address: str) -> None:
        click.echo(f"Studio  {address}")
        click.echo("Only this machine can open it. Stop it with Ctrl-C.")
        if not no_browser and _has_browser():
            import webbrowser

            webbrowser.open(address)

    serve(Settings(url, role=role, tenant=tenant, makes_roles=is_embedded), listener, told)


def _url(database: str | None, demo: bool) -> tuple[str, bool]:
    """The database, and whether its server is the kit's own."""
    from groundplan.cli.session import url_of
    from groundplan.database import EmbeddedServer, database_url
    from groundplan.database.connection import EMBEDDED_DIRECTORY
    from groundplan.demo import DATABASE

    if demo:
        server = EmbeddedServer(EMBEDDED_DIRECTORY)
        server.start()
        return database_url(server.url(), DATABASE), True
    return url_of(database), database is None


def _has_browser() -> bool:
    """A browser with a window; one in the terminal would take the terminal."""
    if not sys.stdout.isatty():
        return False
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
