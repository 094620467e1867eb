"""groundplan import."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import rich_click

from groundplan.cli.options import WholeNumber, database_option, json_option, tenant_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from groundplan.importer import FileMapping, ImportReport

_OWN = ("online-retail", "inspect")
"""Formats and commands with a file of their own: groundplan.cli.import_<name>."""


class Formats(rich_click.RichGroup):
    """A command for each format: the built-in ones, any mapping file, and files that are known."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from groundplan.importer import built_in_names, bundle_names

        return sorted([*_OWN, *built_in_names(), *bundle_names()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _OWN:
            return _own(cmd_name)
        from groundplan.importer import built_in, bundle, read_mapping

        if cmd_name.endswith(".toml"):
            return _command(cmd_name, [read_mapping(Path(cmd_name))])
        mapping = built_in(cmd_name)
        mappings = bundle(cmd_name) if mapping is None else [mapping]
        return _command(cmd_name, mappings) if mappings else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name.startswith("-") or name in self.list_commands(ctx) or name.endswith(".toml"):
            return super().resolve_command(ctx, args)
        if Path(name).is_file():
            from groundplan.importer.inspect import recognised

            mapping = recognised(Path(name))
            return mapping.name, _command(mapping.name, [mapping]), args
        near = difflib.get_close_matches(name, self.list_commands(ctx), n=2)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise click.UsageError(f"There is no format and no file {name}.{hint}", ctx)


@click.group(
    cls=Formats,
    subcommand_metavar="FORMAT FILE...",
    epilog="Example: groundplan import shopify-orders orders_export.csv --dry-run",
)
def command() -> None:
    """Import data from elsewhere.

    Name the format and its files; a format of your own is a mapping file (.toml), which
    `groundplan import inspect FILE` writes a first version of. Without a format, the file is
    recognised by its header.
    """


def _own(name: str) -> click.Command:
    from importlib import import_module

    module = import_module(f"groundplan.cli.import_{name.replace('-', '_')}")
    found: click.Command = module.command
    return found


def _command(name: str, mappings: Sequence[FileMapping]) -> click.Command:
    """The command that imports by these mappings, one after the other."""
    source = "FILE" if mappings[0].query is None else "postgresql://localhost/shop"

    @click.command(
        name,
        cls=rich_click.RichCommand,
        help=_help(mappings),
        short_help=f"{', '.join(mapping.title for mapping in mappings)}.",
        epilog=f"Example: groundplan import {name} {source} --dry-run",
    )
    @click.argument("files", metavar="FILE...", nargs=-1, required=True)
    @click.option(
        "--dry-run",
        is_flag=True,
        help="Do everything, say what would be loaded and refused, and take it back.",
    )
    @click.option(
        "--rejects",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write the rows that were not loaded to this CSV file, each with its reason. "
        "Correct them there and import it the same way.",
    )
    @click.option(
        "--commit-every",
        type=WholeNumber(min=1),
        metavar="N",
        help="Commit after every N records. An import that was stopped goes on where it stopped "
        "when it is given again. Without it: all or nothing.",
    )
    @click.option("--encoding", metavar="NAME", help="Encoding of the files: utf-8, cp1252.")
    @click.option("--zone", metavar="ZONE", help="Time zone of times without one: Europe/Berlin.")
    @tenant_option
    @database_option
    @json_option
    def run(
        files: tuple[str, ...],
        dry_run: bool,
        rejects: Path | None,
        commit_every: int | None,
        encoding: str | None,
        zone: str | None,
        tenant: int | None,
        database: str | None,
        as_json: bool,
    ) -> None:
        from groundplan.cli.import_progress import shown_progress
        from groundplan.cli.output import print_json
        from groundplan.cli.session import url_of
        from groundplan.importer import import_bundle

        with shown_progress(is_quiet=as_json or not sys.stderr.isatty()) as progress:
            reports = import_bundle(
                [with_told(mapping, encoding, zone) for mapping in mappings],
                files,
                url_of(database),
                tenant=tenant,
                rejects=rejects,
                is_dry_run=dry_run,
                commit_every=commit_every,
                progress=progress,
            )
        if as_json:
            told = [report.as_json() for report in reports]
            print_json(told[0] if len(mappings) == 1 else told)
        else:
            for number, report in enumerate(reports):
                if len(reports) > 1:
                    click.echo(f"{chr(10) if number else ''}{report.title}\n")
                print_report(report, rejects)
        end_of(reports)

    return run


def with_told(mapping: FileMapping, encoding: str | None, zone: str | None) -> FileMapping:
    """The mapping with what the command line says. Raises BadParameter for an unknown zone."""
    try:
        return mapping.told(encoding=encoding, zone=zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--zone") from error


def _help(mappings: Sequence[FileMapping]) -> str:
    about = "\n\n".join(
        f"{mapping.title}: {mapping.entity.title}, by the columns "
        f"{', '.join(mapping.wanted_columns)}."
        for mapping in mappings
    )
    if len(mappings) > 1:
        about += "\n\nAll of it in this order, or nothing. --rejects makes a file for each."
    return (
        f"{about}\n\n"
        "Rows that were imported before are left alone, so the same file again changes nothing. "
        "What cannot be loaded is kept with its reason. Rows and money add up, or nothing is "
        "loaded. Ends with 1 where every row was rejected."
    )


def end_of(reports: Sequence[ImportReport]) -> None:
    """Ends with 1 where every row of a report was rejected: a script has to notice."""
    if any(report.rejected and report.rejected == report.read for report in reports):
        raise click.exceptions.Exit(1)


def print_report(report: ImportReport, rejects: Path | None) -> None:
    """Rows and money, then what was refused and why."""
    from groundplan.cli.output import print_table, wrapped
    from groundplan.importer.loading.report import exact

    units = list(report.amounts)
    rows: list[list[object]] = []
    rows.append(["Read", report.read, *(exact(report.amounts[unit].source) for unit in units)])
    rows.append(["Loaded", report.loaded, *(exact(report.amounts[unit].loaded) for unit in units)])
    rows.append(
        ["Rejected", report.rejected, *(exact(report.amounts[unit].rejected) for unit in units)]
    )
    rows.append(
        ["Known", report.duplicates, *(exact(report.amounts[unit].duplicates) for unit in units)]
    )
    if any(found.rounding for found in report.amounts.values()):
        rows.append(["Rounding", "", *(exact(report.amounts[unit].rounding) for unit in units)])
    print_table(["", "Rows", *units], rows, right=" r" + "r" * len(units))
    verb = "Would load" if report.is_dry_run else "Loaded"
    changed = f", {report.changed:,} of them known and changed" if report.changed else ""
    total = report.records + report.changed
    click.echo(f"\n{verb} {total:,} {report.entity}{changed}.")
    for note in report.notes:
        click.echo("\n".join(wrapped(note, indent=0)))
    if not report.rejected:
        return
    click.echo()
    print_table(
        ["Rejected because", "Rows"],
        ([reason.replace("_", " "), count] for reason, count in report.reasons.items()),
        right=" r",
    )
    click.echo()
    print_table(
        ["File", "Line", "Column", "Why"],
        ([row.file, row.line, row.column or "", row.detail] for row in report.first_rejects),
        right=" r",
    )
    if rejects is not None:
        place = f"All rejected rows are in {rejects}: correct them there and import it."
        click.echo("\n" + "\n".join(wrapped(place, indent=0)))
    elif not report.is_dry_run:
        click.echo("\nThey are in importing.rejected_lines; --rejects FILE writes them out.")
