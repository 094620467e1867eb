"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class WholeNumber(click.IntRange):
    """An integer within bounds, which says so in words that need no programmer."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            int(value)
        except (TypeError, ValueError):
            self.fail(f"{str(value)!r} is not a whole number", param, ctx)
        return super().convert(value, param, ctx)


class Day(click.DateTime):
    """A day, written as in ISO 8601."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{str(value)!r} is not a date: write it like 2026-12-31", param, ctx)


PRESET_NAMES = ("ecommerce", "sales", "inventory", "crm")
MODULE_NAMES = ("core", "reporting", "catalog", "crm", "sales", "inventory", "fulfillment")


def database_option(command: Command) -> Command:
    """--database URL."""
    return click.option(
        "--database",
        metavar="URL",
        envvar="GROUNDPLAN_DATABASE_URL",
        help="The database: postgresql://user:password@host:5432/name. Without it, and without "
        "GROUNDPLAN_DATABASE_URL: the embedded PostgreSQL in ./.groundplan.",
    )(command)


def tenant_option(command: Command) -> Command:
    """--tenant N."""
    return click.option(
        "--tenant",
        type=WholeNumber(min=1),
        metavar="N",
        help="The tenant to act for, where there are several.",
    )(command)


def user_option(command: Command) -> Command:
    """--user ROLE."""
    return click.option(
        "--user",
        metavar="ROLE",
        help="Connect as this role instead of the URL's, without its password. On the embedded "
        "PostgreSQL that is groundplan_owner; its superuser is postgres.",
    )(command)


def json_option(command: Command) -> Command:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(
        command
    )


def module_options(command: Command) -> Command:
    """--preset and --module."""
    preset = click.option(
        "--preset",
        "presets",
        multiple=True,
        type=click.Choice(PRESET_NAMES),
        metavar="NAME",
        help="A set of modules; may be repeated: "
        f"{', '.join(PRESET_NAMES)}. The first is everything.",
    )
    module = click.option(
        "--module",
        "modules",
        multiple=True,
        type=click.Choice(MODULE_NAMES),
        metavar="NAME",
        help=f"A module, with all that it needs; may be repeated: {', '.join(MODULE_NAMES)}.",
    )
    return preset(module(command))


def tenancy_option(command: Command) -> Command:
    """--tenancy."""
    return click.option(
        "--tenancy",
        type=click.Choice(("single", "multi")),
        help="single: one company. multi: several, kept apart by row-level security.",
    )(command)
