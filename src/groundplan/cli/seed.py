"""groundplan seed."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import click
import rich_click

from groundplan.cli.options import Day, WholeNumber, database_option, json_option

if TYPE_CHECKING:
    from groundplan.seed.trade import TradeResult


@click.command(
    cls=rich_click.RichCommand,
    epilog="Example: groundplan seed --orders 100000 --years 3 --seed 7",
)
@click.option(
    "--orders",
    type=WholeNumber(min=1),
    metavar="N",
    required=True,
    help="How many orders.",
)
@click.option(
    "--years",
    type=WholeNumber(min=1, max=20),
    metavar="Y",
    default=2,
    show_default=True,
    help="In how many years they were placed.",
)
@click.option(
    "--seed",
    type=WholeNumber(),
    metavar="S",
    default=1,
    show_default=True,
    help="Another seed, other trade; the same one with the same --until, the same rows.",
)
@click.option(
    "--until",
    type=Day(),
    metavar="DATE",
    help="The last day. Without it, the last one that is over everywhere on earth.",
)
@click.option(
    "--hot-sku",
    type=WholeNumber(min=0, max=100),
    metavar="PERCENT",
    default=0,
    help="A worst case: one SKU is in so many of a hundred orders.",
)
@click.option(
    "--tenants",
    type=WholeNumber(min=1, max=20_000),
    metavar="N",
    help="How many tenants share the orders, where the database holds several. [default: 1]",
)
@click.option(
    "--skew",
    type=click.Choice(("even", "giant")),
    default="even",
    show_default=True,
    help="giant: the first tenant has nine of ten orders.",
)
@database_option
@json_option
def command(
    orders: int,
    years: int,
    seed: int,
    until: datetime | None,
    hot_sku: int,
    tenants: int | None,
    skew: Literal["even", "giant"],
    database: str | None,
    as_json: bool,
) -> None:
    """Fill an empty database with trade that could have been.

    Years of orders with customers, promotions, shipments, returns, refunds, cancellations,
    replenishment and empty shelves, for whatever modules are installed. One transaction: all of
    it is there, or nothing has changed. It is written past the rules, by their owner, as they
    would have derived it; `groundplan verify` says whether that is so.
    """
    from groundplan.cli.import_progress import shown_progress
    from groundplan.cli.output import print_json
    from groundplan.cli.session import url_of
    from groundplan.seed.trade import TradeOptions, generate_trade

    try:
        options = TradeOptions(
            orders=orders,
            years=years,
            seed=seed,
            until=until.date() if until else None,
            tenants=tenants,
            skew=skew,
            hot=hot_sku / 100,
        )
        with shown_progress(is_quiet=as_json or not sys.stderr.isatty()) as progress:
            result = generate_trade(url_of(database), options, progress=progress)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
    if as_json:
        print_json(
            {
                "first_day": result.first_day,
                "last_day": result.last_day,
                "tenants": result.tenants,
                "rows": dict(result.rows),
                "seconds": {name: round(took, 3) for name, took in result.seconds.items()},
            }
        )
    else:
        _tell(result)


def _tell(result: TradeResult) -> None:
    from groundplan.cli.output import counted, print_table

    print_table(["Table", "Rows"], ([name, rows] for name, rows in result.rows.items()), right=" r")
    total = sum(result.rows.values())
    click.echo(
        f"\n{counted(total, 'row')} of {counted(result.tenants, 'tenant')}, "
        f"{result.first_day} to {result.last_day}, in {sum(result.seconds.values()):,.0f} s."
    )
    click.echo("`groundplan verify` checks them all.")
