"""groundplan import online-retail."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import rich_click

from groundplan.cli.options import database_option, json_option, tenant_option

if TYPE_CHECKING:
    from decimal import Decimal

    from groundplan.importer import ImportResult


@click.command(
    "online-retail",
    cls=rich_click.RichCommand,
    epilog="Example: groundplan import online-retail online_retail.csv.xz --rejects refused.csv",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the lines that were not loaded to this CSV file, each with its reason.",
)
@tenant_option
@database_option
@json_option
def command(
    file: Path, rejects: Path | None, tenant: int | None, database: str | None, as_json: bool
) -> None:
    """Load the UCI file "Online Retail": orders, stock, returns and refunds of a gift wholesaler.

    FILE is the CSV, as it is or compressed (.gz, .xz, .bz2). One transaction: all of it is there,
    or nothing has changed. Lines that were loaded before are left alone, so the same file again
    changes nothing. The money adds up to the last digit, or nothing is loaded.
    """
    from groundplan.cli.import_progress import shown_progress
    from groundplan.cli.output import print_json
    from groundplan.cli.session import url_of
    from groundplan.importer import import_online_retail

    with shown_progress(is_quiet=as_json or not sys.stderr.isatty()) as progress:
        result = import_online_retail(
            file, url_of(database), tenant=tenant, rejects=rejects, progress=progress
        )
    if as_json:
        print_json(result.as_json())
    else:
        _tell(result)
    if result.rejected and result.rejected == result.read:
        raise click.exceptions.Exit(1)


def _tell(result: ImportResult) -> None:
    """Lines and money, then what was made, then what was refused and why."""
    from groundplan.cli.output import counted, print_table

    print_table(
        ["", "Lines", "Amount, GBP"],
        [
            ["Read", result.read, _digits(result.source_amount)],
            ["Loaded", result.loaded, _digits(result.loaded_amount)],
            ["Rejected", result.rejected, _digits(result.rejected_amount)],
            ["Loaded before", result.duplicates, _digits(result.duplicate_amount)],
        ],
        right=" rr",
    )
    made = ", ".join(
        (
            counted(result.orders, "order"),
            counted(result.customers, "customer"),
            counted(result.skus, "SKU"),
            counted(result.returns, "return"),
            counted(result.adjustments, "adjustment"),
        )
    )
    click.echo(f"\nMade: {made}.")
    if result.rejects:
        click.echo()
        print_table(
            ["Rejected because", "Lines", "Amount, GBP"],
            (
                [reason.replace("_", " "), found.lines, _digits(found.amount)]
                for reason, found in result.rejects.items()
            ),
            right=" rr",
        )
        click.echo("\nThe lines are in importing.rejected_lines; --rejects FILE writes them out.")


def _digits(amount: Decimal) -> str:
    """Two decimals, or as many as there are: 9,747,747.934, 48.42, 0.00."""
    return f"{amount.normalize():,f}" if amount != round(amount, 2) else f"{amount:,.2f}"
