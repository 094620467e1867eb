"""groundplan restore."""

from __future__ import annotations

from pathlib import Path

import click
import rich_click

from groundplan.cli.options import WholeNumber, database_option, json_option


@click.command(
    cls=rich_click.RichCommand,
    epilog="Example: groundplan restore shop-2026-03-31\n\n"
    "Example: groundplan restore shop-2026-03-31 --tenant 7",
)
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--tenant",
    type=WholeNumber(min=1),
    metavar="N",
    help="The number the tenant gets, where there are several. Without it: the one it had.",
)
@database_option
@json_option
def command(directory: Path, tenant: int | None, database: str | None, as_json: bool) -> None:
    """Bring an export of everything back into an empty database.

    The database has to have the same modules (`groundplan apply`) and no data; among several
    tenants, the tenant must be new. One transaction: all of it is there, with the checksums of the
    export, or nothing has changed. Reports are counted again. Only the owner may.
    """
    from groundplan.cli.output import counted, print_json
    from groundplan.cli.session import url_of
    from groundplan.cli.table_progress import table_progress
    from groundplan.exporter import restore_export

    with table_progress(is_quiet=as_json) as progress:
        restored = restore_export(directory, url_of(database), tenant=tenant, progress=progress)
    if as_json:
        print_json(
            {
                "directory": str(directory),
                "created_at": restored.manifest.created_at,
                "tenant": restored.tenant,
                "tables": restored.tables,
                "rows": restored.rows,
            }
        )
        return
    whose = f" of tenant {restored.tenant}" if restored.manifest.tenancy == "multi" else ""
    click.echo(
        f"{counted(restored.rows, 'row')} of {counted(restored.tables, 'table')}{whose} restored; "
        "every checksum is that of the export."
    )
