"""groundplan down."""

from __future__ import annotations

import click
import rich_click

from groundplan.cli.options import json_option


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan down")
@json_option
def command(as_json: bool) -> None:
    """Stop the embedded PostgreSQL in ./.groundplan. Its data stay."""
    from groundplan.cli.output import print_json
    from groundplan.database import EmbeddedServer
    from groundplan.database.connection import EMBEDDED_DIRECTORY

    server = EmbeddedServer(EMBEDDED_DIRECTORY)
    ran = server.is_running()
    server.stop()
    if as_json:
        print_json({"stopped": ran})
    else:
        click.echo("PostgreSQL has stopped." if ran else "PostgreSQL did not run.")
