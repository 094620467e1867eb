"""groundplan sql."""

from __future__ import annotations

from typing import Literal

import click
import rich_click

from groundplan.cli.options import module_options, tenancy_option


@click.command(
    cls=rich_click.RichCommand,
    epilog="Example: groundplan sql --preset ecommerce | psql -v ON_ERROR_STOP=1 -d shop",
)
@module_options
@tenancy_option
def command(
    presets: tuple[str, ...], modules: tuple[str, ...], tenancy: Literal["single", "multi"] | None
) -> None:
    """Print the whole Plan as SQL, for an empty database. Needs no database itself."""
    from groundplan.compose import closure, compose, load_modules

    wanted = [*presets, *modules] or ["ecommerce"]
    plan = compose(closure(wanted, load_modules()), tenancy or "single")
    click.echo(plan.text(), nl=False)
