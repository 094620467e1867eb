"""groundplan psql."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click
import rich_click

from groundplan.cli.options import database_option, tenant_option, user_option


@click.command(
    cls=rich_click.RichCommand,
    epilog="Example: groundplan psql -c 'select * from reporting.metrics_daily'",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@database_option
@tenant_option
@user_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGUMENTS]...")
def command(
    database: str | None, tenant: int | None, user: str | None, arguments: tuple[str, ...]
) -> None:
    """Open psql on the database; everything after the options is handed to psql."""
    from groundplan.cli.session import as_user, opened, plain_url, url_of

    database = as_user(url_of(database), user)
    with opened(database, tenant):
        pass
    program = _program()
    environment = dict(os.environ)
    if tenant is not None:
        given = environment.get("PGOPTIONS", "")
        environment["PGOPTIONS"] = f"{given} -c groundplan.tenant_id={tenant}".strip()
    sys.stdout.flush()
    os.execve(
        program, ["psql", *_QUIET, f"--dbname={plain_url(database)}", *arguments], environment
    )


# Where an error was raised in the functions of the rules says nothing about how to get past it.
_QUIET = ("--variable=SHOW_CONTEXT=never",)


def _program() -> Path:
    """The psql beside the embedded PostgreSQL, or the one on the PATH."""
    from groundplan.database import find_binaries
    from groundplan.errors import GroundplanError, ServerStartFailed

    try:
        bundled = find_binaries() / "psql"
        if bundled.is_file():
            return bundled
    except GroundplanError:
        pass
    found = shutil.which("psql")
    if found is None:
        raise ServerStartFailed(
            "There is no psql on this machine.", hint="Install PostgreSQL's client programs."
        )
    return Path(found)
