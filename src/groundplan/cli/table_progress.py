"""Which table an export or a restore is at: one line on a terminal, rewritten as it goes on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator


@contextlib.contextmanager
def table_progress(*, is_quiet: bool) -> Generator[Callable[[str, int, int], None] | None]:
    """Nothing where nobody looks: for programs, and where standard error is no terminal."""
    if is_quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda table, number, count: status.update(f"{number} of {count}: {table}")
