"""What the demonstration prints: lines of at most 80 columns, with colour where there is any."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Generator
from contextlib import contextmanager

from groundplan.demo.tables import WIDTH

_LINES_WITHOUT_BAR = 5


class Page:
    """Prints to standard output. On a terminal progress is a bar, else a line now and then."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    def heading(self, text: str) -> None:
        """A new part."""
        self._console.print()
        self._console.print(text, style="bold")

    def say(self, text: str, indent: int = 2, style: str | None = None) -> None:
        """Sentences, wrapped."""
        margin = " " * indent
        for line in textwrap.wrap(
            text,
            WIDTH,
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        ):
            self._console.print(line, style=style)

    def line(self, text: str = "", style: str | None = None) -> None:
        """One line as it is."""
        self._console.print(text, style=style)

    def step(self, text: str, seconds: float) -> None:
        """What was done, and how long it took."""
        shown = f" {seconds:.1f} s"
        self.line(f"  {text}".ljust(WIDTH - len(shown)) + shown)

    @contextmanager
    def progress(self, text: str, total: int) -> Generator[Callable[[int, int], None]]:
        """A step whose progress is told as (done, of how many)."""
        if self._console.is_terminal:
            with self._bar(text, total) as told:
                yield told
        else:
            yield _Lines(lambda line: self.line(f"  {text}: {line}"))

    @contextmanager
    def _bar(self, text: str, total: int) -> Generator[Callable[[int, int], None]]:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (
            TextColumn(f"  {text}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
        )
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task(text, total=total)
            yield lambda done, total: bar.update(task, completed=done, total=total)


class _Lines:
    """Progress without a terminal: a line for every fifth part."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._told = 0

    def __call__(self, done: int, total: int) -> None:
        part = done * _LINES_WITHOUT_BAR // total
        if part > self._told:
            self._told = part
            self._say(f"{done:,} of {total:,}")
