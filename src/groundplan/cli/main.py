"""Run a command, and turn whatever goes wrong into one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from groundplan.cli.group import cli

INTERRUPTED = 130
TRACEBACK_VARIABLE = "GROUNDPLAN_TRACEBACK"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code and never raises.

    0: done. 1: not done, or something was found that should not be. 2: the command was not
    understood. 3: the server cannot be reached. 130: interrupted.
    """
    try:
        result = cli.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="groundplan",
            standalone_mode=False,
        )
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        _say("Interrupted; nothing is left running, and what was not finished is taken back.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has enough. Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        return _misunderstood(error)
    except Exception as error:
        return _failed(error)
    return result if isinstance(result, int) else 0


def _misunderstood(error: click.ClickException) -> int:
    """Say what cannot be right about the command line, and where to read on."""
    message = error.format_message()
    _say(f"Error: {message}" if message.endswith((".", "?", "!")) else f"Error: {message}.")
    if isinstance(error, click.UsageError) and error.ctx is not None:
        _say(f"Type `{error.ctx.command_path} --help` to see how it is used.")
    return error.exit_code


def _failed(error: Exception) -> int:
    """Say what went wrong."""
    import psycopg

    from groundplan.errors import GroundplanError, RuleViolation, from_postgres
    from groundplan.rules.declaration import DeclarationError

    if os.environ.get(TRACEBACK_VARIABLE):
        import traceback

        traceback.print_exception(error)
    if isinstance(error, psycopg.Error):
        error = from_postgres(error)
    if isinstance(error, GroundplanError):
        _say(f"Error: {error.message}")
        if isinstance(error, RuleViolation) and error.given:
            _say(error.given)
        if error.hint:
            _say(error.hint)
        return error.exit_code
    if isinstance(error, DeclarationError):
        _say(f"Error: {error}.")
        return 1
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        _say(f"Error: {error.strerror}{place}.")
        return 1
    _say(
        f"Error: {type(error).__name__}: {error}\n"
        f"This should not happen. {TRACEBACK_VARIABLE}=1 shows where it did."
    )
    return 1


def _say(text: str) -> None:
    """To the standard error, in lines of at most 80 columns."""
    from groundplan.cli.output import wrapped

    for paragraph in text.splitlines():
        click.echo("\n".join(wrapped(paragraph, indent=0)), err=True)
