"""groundplan fold."""

from __future__ import annotations

import time

import click
import rich_click

from groundplan.cli.options import database_option, json_option


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan fold --watch")
@click.option("--watch", is_flag=True, help="Go on every second until Ctrl-C.")
@database_option
@json_option
def command(watch: bool, database: str | None, as_json: bool) -> None:
    """Fold pending changes into the reports. They are exact without it, and faster after it."""
    from groundplan.cli.output import counted, print_json
    from groundplan.cli.session import opened
    from groundplan.installation import require_installed
    from groundplan.reports import fold, pending

    with opened(database) as connection:
        require_installed(connection)
        is_first = True
        while True:
            folded = fold(connection)
            if as_json:
                print_json({"folded": folded, "pending": pending(connection)})
            elif folded or is_first:
                # While watching, only what there is to say; but at once, that somebody watches.
                click.echo(f"{counted(folded, 'row')} folded.")
            if not watch:
                return
            is_first = False
            time.sleep(1)
