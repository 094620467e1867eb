"""The commands, each loaded when it is called: help must not wait for what it does not need."""

from __future__ import annotations

import difflib
from importlib import import_module
from importlib.util import find_spec
from typing import cast

import click
import rich_click

COMMANDS = {
    "up": "Start the embedded PostgreSQL.",
    "down": "Stop the embedded PostgreSQL.",
    "status": "Show what runs and what is installed.",
    "url": "Print the URL of the database.",
    "psql": "Open psql on the database.",
    "apply": "Install Groundplan, or complete what is installed.",
    "grants": "Print the GRANT statements for your roles.",
    "sql": "Print the whole Plan as SQL.",
    "rules": "List the rules, or show the four faces of one.",
    "attack": "Attack the rules on a scratch copy.",
    "verify": "Check every rule and every report on the data.",
    "report": "Print a report.",
    "trace": "Tell everything that happened to an order.",
    "fold": "Fold pending changes into the reports.",
    "studio": "Open a local web page on all of it.",
    "docs": "Write what the database says as a static site.",
    "import": "Import data from elsewhere.",
    "export": "Write data to CSV or Parquet files.",
    "restore": "Bring an export back.",
    "seed": "Fill an empty database with trade.",
    "demo": "Build a shop and try it.",
    "generate": "Write the generated files of the source tree.",
}
"""Every command with its short help, in the order of the overview."""

GROUPS = {
    "Database": ["up", "down", "status", "url", "psql"],
    "Installation": ["apply", "grants", "sql"],
    "Proof": ["rules", "attack", "verify"],
    "Reports": ["report", "trace", "fold"],
    "Look": ["studio", "docs"],
    "Data": ["import", "export", "restore", "seed", "demo"],
    "Development": ["generate"],
}

# Inherited by every command: help of 80 columns, paragraphs apart, and no frames.
HELP = rich_click.RichHelpConfiguration(
    max_width=80,
    text_paragraph_linebreaks="\n\n",
    style_options_panel_box="BLANK",
    style_options_table_box=None,
    options_table_column_types=["opt_all_metavar", "help"],
    options_table_help_sections=["help", "default", "required"],
)

_FILES = {"import": "import_"}


class LazyGroup(rich_click.RichGroup):
    """Loads ``groundplan.cli.<name>`` and takes the ``command`` in it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if find_spec(_module(name)) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS or find_spec(_module(cmd_name)) is None:
            return None
        return cast("click.Command", import_module(_module(cmd_name)).command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=2)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        """From the table above: loading every command would take longer than reading it."""
        return overview(self.list_commands(ctx)).rstrip("\n")


def overview(names: list[str]) -> str:
    """The commands in groups, as plain text of at most 80 columns."""
    lines = [
        "Usage: groundplan COMMAND [OPTIONS]",
        "",
        "A database for orders, inventory and CRM on PostgreSQL that refuses what is",
        "wrong and counts what is right.",
    ]
    for title, members in GROUPS.items():
        shown = [name for name in members if name in names]
        if shown:
            lines += ["", title, *(f"  {name:<10}{COMMANDS[name]}" for name in shown)]
    lines += [
        "",
        "Begin with `groundplan apply`: it starts a PostgreSQL in ./.groundplan and",
        "installs everything.",
        "`groundplan COMMAND --help` explains a command.",
        "",
    ]
    return "\n".join(lines)


def _module(name: str) -> str:
    return f"groundplan.cli.{_FILES.get(name, name)}"


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from groundplan import __version__

        click.echo(f"groundplan {__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "rich_help_config": HELP},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Groundplan: a database that refuses what is wrong and counts what is right."""
    if ctx.invoked_subcommand is None:
        click.echo(overview(cli.list_commands(ctx)), nl=False)
