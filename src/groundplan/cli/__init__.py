"""The front door: one file per command, no logic. `main` is what `groundplan` runs."""

from groundplan.cli.main import main

__all__ = ["main"]
