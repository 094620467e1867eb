"""groundplan import inspect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import rich_click

from groundplan.cli.options import database_option, json_option, tenant_option

if TYPE_CHECKING:
    from groundplan.importer.inspect import Inspection


@click.command(
    "inspect",
    cls=rich_click.RichCommand,
    short_help="Look at a file and write a first mapping.",
    epilog="Example: groundplan import inspect orders.xlsx --write orders.toml",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the mapping to this file, to be edited. It must not be there yet.",
)
@click.option(
    "--entity",
    metavar="NAME",
    help="What the file holds, if the guess is wrong: products, customers, stock, orders.",
)
@click.option(
    "--try",
    "is_tried",
    is_flag=True,
    help="Import by the mapping, say what would be loaded and refused, and take it back.",
)
@click.option(
    "--zone", metavar="ZONE", help="With --try: time zone of times without one: Europe/Berlin."
)
@tenant_option
@database_option
@json_option
def command(
    file: Path,
    write: Path | None,
    entity: str | None,
    is_tried: bool,
    zone: str | None,
    tenant: int | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Look at FILE: encoding, columns, what it seems to hold.

    A format that comes with Groundplan is recognised by its header. For anything else a first
    mapping is guessed; what cannot be known, such as whether 01/02 is a day in January, is asked
    and not guessed. Nothing is imported, unless with --try for a moment.
    """
    from groundplan.cli.output import print_json
    from groundplan.importer.inspect import inspect_file

    found = inspect_file(file, entity=entity)
    if as_json:
        print_json(found.as_json())
    else:
        _tell(found)
    if write is not None:
        _write(found, write, is_quiet=as_json)
    if is_tried:
        _try(found, zone, tenant, database)


def _tell(found: Inspection) -> None:
    from groundplan.cli.output import print_table

    how = [found.encoding] if found.encoding else []
    if found.delimiter is not None:
        how.append({"\t": "tabs", "whitespace": "blanks"}.get(found.delimiter, found.delimiter))
    read = f", {' and '.join(how)}" if how else ""
    click.echo(f"{found.path.name}: {len(found.columns)} columns{read}\n")
    print_table(
        ["Column", "Holds", "Blank", "For example", "Field"],
        (
            [column.name, column.kind, column.blank or "", column.example[:24], column.field or ""]
            for column in found.columns
        ),
        right="  r",
    )
    click.echo()
    for note in found.notes:
        click.echo(f"* {note}")
    if found.format is not None:
        click.echo(f"\nThis is {found.format}: groundplan import {found.format} {found.path}")
    elif found.entity is None:
        click.echo("\nWhat it holds is not clear. Say it: --entity orders, for example.")
    else:
        click.echo(f"\nIt seems to hold {found.entity}.")
        for decision in found.decisions:
            click.echo(f"Decide: {decision}")
        click.echo("--write FILE.toml writes a mapping to begin with.")


def _write(found: Inspection, target: Path, *, is_quiet: bool) -> None:
    from groundplan.errors import BadFile, GroundplanError

    if not found.mapping:
        raise GroundplanError(
            f"{found.path.name} needs no mapping: it is {found.format}."
            if found.format is not None
            else f"There is no mapping to write: what {found.path.name} holds is not clear.",
            hint="With --entity orders, for example, there is one all the same.",
        )
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(found.mapping)
    except FileExistsError as error:
        raise BadFile(target, None, None, "it is there already, and stays as it is.") from error
    except OSError as error:
        raise BadFile(
            target, None, None, f"it cannot be written: {error.strerror or error}."
        ) from error
    if not is_quiet:
        click.echo(f"\nWritten: {target}. Edit it, then: groundplan import {target} {found.path}")


def _try(found: Inspection, zone: str | None, tenant: int | None, database: str | None) -> None:
    from groundplan.cli.import_ import end_of, print_report, with_told
    from groundplan.cli.session import url_of
    from groundplan.importer import built_in, import_files, parse_mapping
    from groundplan.importer.inspect import UnknownFormat

    if found.format is not None:
        mapping = built_in(found.format)
        assert mapping is not None
    elif found.mapping:
        mapping = parse_mapping(found.mapping, name=f"{found.path.stem}.toml")
    else:
        raise UnknownFormat(f"{found.path.name}: what it holds is not clear, so nothing is tried.")
    click.echo()
    report = import_files(
        with_told(mapping, None, zone),
        [str(found.path)],
        url_of(database),
        tenant=tenant,
        is_dry_run=True,
    )
    print_report(report, None)
    end_of([report])
