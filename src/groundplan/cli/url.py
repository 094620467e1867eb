"""groundplan url."""

from __future__ import annotations

import click
import rich_click

from groundplan.cli.options import database_option, json_option, user_option


@click.command(cls=rich_click.RichCommand, epilog='Example: psql "$(groundplan url)"')
@database_option
@user_option
@json_option
def command(database: str | None, user: str | None, as_json: bool) -> None:
    """Print the URL of the database, with its password; starts the embedded one when needed."""
    from groundplan.cli.output import print_json
    from groundplan.cli.session import as_user, opened, url_of

    url = as_user(url_of(database), user)
    with opened(url):  # A URL that leads nowhere is no answer.
        pass
    if as_json:
        print_json({"url": url})
    else:
        click.echo(url)
