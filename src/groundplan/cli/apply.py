"""groundplan apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click
import rich_click

from groundplan.cli.options import database_option, json_option, module_options, tenancy_option

if TYPE_CHECKING:
    from groundplan.installation import Applied
    from groundplan.proof import Restored

SHOWN = 20


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan apply --preset ecommerce")
@module_options
@tenancy_option
@click.option("--dry-run", is_flag=True, help="Do everything, say what it was, take it back.")
@click.option(
    "--restore-constraints", is_flag=True, help="Also put back constraints, indexes and NOT NULL."
)
@database_option
@json_option
def command(
    presets: tuple[str, ...],
    modules: tuple[str, ...],
    tenancy: Literal["single", "multi"] | None,
    dry_run: bool,
    restore_constraints: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Install Groundplan, add modules to it, or renew its functions and triggers.

    One transaction: it is there completely, or nothing has changed. Without --preset and --module:
    what is installed, or else everything. Doing it again changes nothing, but puts back functions,
    triggers and policies that were altered.

    With --restore-constraints, constraints and indexes that are missing or altered are put back
    too, one by one: each is added for new rows first, then checked on those that are there. Ends
    with 1 if rows stand in the way of one; they are named.
    """
    from groundplan.cli.output import print_json
    from groundplan.cli.session import opened, url_of
    from groundplan.installation import apply, installed_modules, plan_for
    from groundplan.proof import put_back_constraints

    wanted = [*presets, *modules]
    with opened(database) as connection:
        installed = installed_modules(connection)
        if not installed and not wanted:
            wanted = ["ecommerce"]
        plan = plan_for(installed, wanted, tenancy=tenancy)
        applied = apply(connection, plan, dry_run=dry_run)
        restored: list[Restored] = []
        if restore_constraints and not dry_run:
            restored = put_back_constraints(connection, plan, url_of(database))
        name = connection.info.dbname
    if as_json:
        print_json(
            {
                "database": name,
                "version": applied.version,
                "tenancy": applied.tenancy,
                "modules": applied.modules,
                "installed": applied.installed,
                "written": applied.written,
                "created": [str(each) for each in applied.created],
                "dropped": [str(each) for each in applied.dropped],
                "kept": [str(each) for each in applied.kept],
                "put_back": [str(each) for each in applied.put_back],
                "left": [str(each) for each in applied.left],
                "restored": [_facts(each) for each in restored],
                "dry_run": applied.dry_run,
            }
        )
    else:
        click.echo(_told(applied, name, restored), nl=False)
    raise click.exceptions.Exit(1 if any(each.problem for each in restored) else 0)


def _facts(restored: Restored) -> dict[str, object]:
    return {
        "object": str(restored.finding.place),
        "problem": restored.problem or None,
        "sample_ids": restored.sample_ids,
    }


def _told(applied: Applied, database: str, restored: list[Restored]) -> str:
    """What was done, in a few lines."""
    from groundplan.cli.output import counted, shown, wrapped

    lines = [f"Groundplan {applied.version}, tenancy {applied.tenancy}, database {database}"]
    if applied.installed:
        lines.append(f"New modules: {', '.join(applied.installed)}.")
    present = [name for name in applied.modules if name not in applied.installed]
    if present:
        lines.append(f"There already: {', '.join(present)}.")
    lines.append(f"{shown(applied.written)} functions, views, triggers and policies are in place.")
    if present and not applied.installed:
        returned = {str(each.place) for each in applied.put_back}
        lines += [f"Made: {each}" for each in applied.created if str(each) not in returned]
    lines += [f"Dropped: {each}" for each in applied.dropped]
    lines += [f"Kept, because something of yours stands on it: {each}" for each in applied.kept]
    lines += _few(
        [f"Put back: {each.place}, which {_past(each.says)}." for each in applied.put_back]
    )
    lines += _few([f"Put back: {each.finding.place}." for each in restored if not each.problem])
    lines += [
        f"{'Put back for new rows only' if each.for_new_rows else 'Not put back'}: "
        f"{each.finding.place}. {each.problem}"
        for each in restored
        if each.problem
    ]
    places = {each.finding.place for each in restored}
    left = [each for each in applied.left if each.place not in places]
    lines += _few([f"Not as installed: {each}." for each in left])
    if any(each.place.kind in ("constraint", "index", "column") for each in left):
        number = counted(len(left), "object is", "objects are")
        lines.append(
            f"{number} not as installed: `groundplan apply --restore-constraints` puts back "
            "constraints, indexes and NOT NULL."
        )
    if applied.dry_run:
        lines.append("This was a dry run: all of it was taken back.")
    return "".join(f"{part}\n" for line in lines for part in wrapped(line, indent=0))


def _few(lines: list[str]) -> list[str]:
    """The first ones, and how many more there are."""
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], f"And {more:,} more: --json lists them all."]


def _past(says: str) -> str:
    """What was wrong before it was put back: "is missing" becomes "was missing"."""
    words = {"is": "was", "has": "had", "may": "could", "belongs": "belonged", "runs": "ran"}
    parts = (part.partition(" ") for part in says.split("; "))
    return "; ".join(f"{words.get(verb, verb)} {rest}" for verb, _, rest in parts)
