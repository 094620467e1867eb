"""groundplan up."""

from __future__ import annotations

import click
import rich_click

from groundplan.cli.options import json_option


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan up")
@json_option
def command(as_json: bool) -> None:
    """Start the embedded PostgreSQL in ./.groundplan; the first time, create it.

    It is for development, not for production, and runs until `groundplan down`.
    """
    from groundplan.cli.output import print_json
    from groundplan.database import EmbeddedServer
    from groundplan.database.connection import EMBEDDED_DIRECTORY

    server = EmbeddedServer(EMBEDDED_DIRECTORY)
    ran = server.is_running()
    server.start()
    if as_json:
        facts = {"url": server.url(), "postgresql": server.version(), "started": not ran}
        print_json({**facts, "data": str(server.data)})
        return
    click.echo(f"PostgreSQL {server.version()} {'runs already' if ran else 'runs'}:")
    click.echo(server.url())
    if server.is_elsewhere:
        click.echo(f"Its data are in {server.data}.")
