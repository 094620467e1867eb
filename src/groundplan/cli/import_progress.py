"""How far an import is, on stderr."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groundplan.importer import Progress


@contextlib.contextmanager
def shown_progress(is_quiet: bool) -> Generator[Progress | None]:
    """A line on stderr for each phase, with how far it is and how fast."""
    if is_quiet:
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    with Bars(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bars:
        tasks = {"": bars.add_task("", visible=False, rate="")}

        def tell(phase: str, done: int, total: int | None) -> None:
            if phase not in tasks:
                last = tasks[list(tasks)[-1]]
                finished = max(bars.tasks[last].completed, 1)
                bars.update(last, total=finished, completed=finished)
                tasks[phase] = bars.add_task(phase.capitalize(), total=total, rate="")
            speed = bars.tasks[tasks[phase]].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bars.update(tasks[phase], completed=done, total=total, rate=rate)

        yield tell
