"""groundplan generate."""

from __future__ import annotations

from pathlib import Path

import click
import rich_click


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan generate --check")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file is not fresh.")
def command(check: bool) -> None:
    """Write the SQL that rules.py and reports.py compile to into the source tree."""
    from groundplan.compose import load_modules
    from groundplan.compose.generate import generated_files

    modules_directory = Path(__file__).parent.parent / "modules"
    stale: list[Path] = []
    files = generated_files(load_modules())
    for (module, file_name), text in files.items():
        path = modules_directory / module / file_name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not check:
                path.write_text(text, encoding="utf-8")
    for path in stale:
        click.echo(f"{'not fresh' if check else 'written'}: {path}")
    if check and stale:
        click.echo("Write them with `groundplan generate`.", err=True)
        raise click.exceptions.Exit(1)
    if not stale:
        click.echo(f"All {len(files)} generated files are fresh.")
