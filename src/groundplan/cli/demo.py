"""groundplan demo."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click
import rich_click

from groundplan.cli.options import WholeNumber, database_option

ORDERS = 5_000
INTERRUPTED = 130
LONGEST_PROGRAM = 40
"""Of its path; a longer one would not leave room for a command in 80 columns."""


@click.command(cls=rich_click.RichCommand)
@click.option(
    "--orders",
    type=WholeNumber(min=1, max=1_000_000),
    default=ORDERS,
    show_default=True,
    metavar="N",
    help="How many orders the shop gets in its year.",
)
@click.option(
    "--seed",
    type=WholeNumber(),
    default=1,
    show_default=True,
    metavar="N",
    help="Another number makes another year; the same makes the same again.",
)
@database_option
def command(orders: int, seed: int, database: str | None) -> None:
    """Build a shop with a year of orders, try to break it, show its reports, check them.

    Makes the database groundplan_demo anew, on the embedded PostgreSQL in ./.groundplan or on the
    server of --database. It ends by itself and leaves the database for you to look at.

    Example: groundplan demo --orders 2000
    """
    from groundplan.demo import show

    try:
        server_url, place = _server(database)
        url = show(server_url, place, orders=orders, seed=seed)
    except KeyboardInterrupt:
        click.echo(
            "\nInterrupted: the shop is unfinished. Run the demo again and it begins anew.",
            err=True,
        )
        raise click.exceptions.Exit(INTERRUPTED) from None
    _say_what_next(url, is_embedded=database is None)


def _server(database: str | None) -> tuple[str, str]:
    """The URL of the server, and where it is in words."""
    from groundplan.database import EmbeddedServer
    from groundplan.database.connection import EMBEDDED_DIRECTORY

    if database is not None:
        return database, "at the URL you gave"
    server = EmbeddedServer(EMBEDDED_DIRECTORY)
    ran = server.is_running()
    server.start()
    return server.url(), f"{'runs' if ran else 'started'} in ./{EMBEDDED_DIRECTORY}"


def _say_what_next(url: str, *, is_embedded: bool) -> None:
    from groundplan.cli.session import plain_url, shown_url

    program = _program()
    alias: list[str] = []
    if len(program) > LONGEST_PROGRAM:
        alias = ["  Call the program by its name:", f"    alias groundplan='{program}'"]
        program = "groundplan"
    whole = plain_url(url)
    shown = shown_url(whole)
    secret = " (with your password for the ***)" if shown != whole else ""
    lines = [
        "",
        "What to type next",
        *alias,
        f"  Let every command find the demo{secret}:",
        f"    export GROUNDPLAN_DATABASE_URL='{shown}'",
        "  Look at all of it in a browser:",
        f"    {program} studio" + (" --demo" if is_embedded else ""),
        "  Look around in SQL:",
        f"    {program} psql",
        "  Any report, with options for days and channels:",
        f"    {program} report metrics_daily",
        "  Attack every rule, in a scratch copy:",
        f"    {program} attack",
        "  Check every row and every report again:",
        f"    {program} verify",
    ]
    if is_embedded:
        lines += ["  Stop the server; the data stay:", f"    {program} down"]
    click.echo("\n".join(lines))


def _program() -> str:
    """How this command was called, if not by its name."""
    if shutil.which("groundplan"):
        return "groundplan"
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{Path(sys.executable).name} -m groundplan.cli"
    return min(str(called), os.path.relpath(called), key=len)
