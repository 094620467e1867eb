"""groundplan export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import rich_click

from groundplan.cli.options import database_option, json_option, tenant_option

if TYPE_CHECKING:
    from groundplan.exporter import Manifest
    from groundplan.exporter.manifest import FileFormat


@click.command(
    cls=rich_click.RichCommand,
    epilog="Example: groundplan export shop-2026-03-31\n\n"
    "Example: groundplan export numbers --table reporting.metrics_daily --format parquet",
)
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--table",
    "tables",
    multiple=True,
    metavar="SCHEMA.NAME",
    help="Only this table or view, such as reporting.metrics_daily; may be repeated.",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(("csv", "parquet")),
    default="csv",
    show_default=True,
    metavar="NAME",
    help="csv or parquet.",
)
@click.option(
    "--for-spreadsheets",
    is_flag=True,
    help="CSV in which a spreadsheet takes no cell for a formula; it cannot be restored.",
)
@click.option("--force", is_flag=True, help="Replace an older export in DIR.")
@tenant_option
@database_option
@json_option
def command(
    directory: Path,
    tables: tuple[str, ...],
    file_format: FileFormat,
    for_spreadsheets: bool,
    force: bool,
    tenant: int | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Write everything, or chosen tables and views, to CSV or Parquet files in DIR.

    All files show the data as of one moment. Each table has its own; manifest.json tells their
    columns, rows and checksums. `groundplan restore` brings an export of everything back. CSV is
    byte-exact: before people open it in a spreadsheet, see --for-spreadsheets.
    """
    from groundplan.cli.output import print_json
    from groundplan.cli.session import url_of
    from groundplan.cli.table_progress import table_progress
    from groundplan.exporter import export_data

    with table_progress(is_quiet=as_json) as progress:
        manifest = export_data(
            directory,
            url_of(database),
            tenant=tenant,
            tables=tables,
            file_format=file_format,
            for_spreadsheets=for_spreadsheets,
            force=force,
            progress=progress,
        )
    if as_json:
        print_json(_summary(directory, manifest))
    else:
        _tell(directory, manifest)


def _summary(directory: Path, manifest: Manifest) -> dict[str, object]:
    return {
        "directory": str(directory),
        "format": manifest.format,
        "contents": manifest.contents,
        "for_spreadsheets": manifest.spreadsheets,
        "tenant": manifest.tenant,
        "rows": manifest.rows,
        "bytes": manifest.bytes,
        "tables": [
            {
                "table": table.qualified,
                "file": table.file,
                "rows": table.rows,
                "checksum": table.checksum,
            }
            for table in manifest.tables
        ],
    }


def _tell(directory: Path, manifest: Manifest) -> None:
    from groundplan.cli.output import counted

    whose = f" of tenant {manifest.tenant}" if manifest.tenancy == "multi" else ""
    click.echo(
        f"{counted(manifest.rows, 'row')} of {counted(len(manifest.tables), 'table')}{whose} "
        f"written to {directory}."
    )
    if manifest.spreadsheets:
        click.echo("Made for spreadsheets: text may differ from the database. Not for restore.")
    elif manifest.contents == "everything":
        click.echo(f"`groundplan restore {directory}` brings them back into an empty database.")
